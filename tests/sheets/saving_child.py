"""A process of its own that saves workbooks, for the tests that kill it or run two at once.

    python saving_child.py hold PK       confirm the batch, wait before the transaction ends
    python saving_child.py save FILE     store the file, wait in the same place
    python saving_child.py import FILE   store the file
    python saving_child.py page PK       print how things stand, with the text of the page

Waiting, it prints READY and goes on at a line on its standard input.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partybuild.settings")
django.setup()

from django.conf import settings  # noqa: E402

# Pages are drawn without collected static files, as in all tests.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
settings.ALLOWED_HOSTS = ["testserver"]

from django.test import Client  # noqa: E402

from accounts.models import AuditEntry, Revision, User  # noqa: E402
from activities.models import Meeting  # noqa: E402
from sheets import importing, keeping  # noqa: E402
from sheets.models import ImportBatch  # noqa: E402


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wait(*_args) -> None:
    """Stand in for the last step: all is written, nothing is committed."""
    tell("READY")
    sys.stdin.readline()


def facts() -> dict:
    return {
        "meetings": Meeting.objects.count(),
        "revisions": Revision.objects.count(),
        "entries": AuditEntry.objects.filter(action="sheets.import").count(),
        "batches": list(ImportBatch.objects.order_by("pk").values_list("status", flat=True)),
    }


def main(what: str, target: str) -> None:
    user = User.objects.get(username="editor")
    if what in ("hold", "save"):
        keeping.keep_refused = wait
    tell("START")
    if what == "hold":
        importing.confirm(ImportBatch.objects.get(pk=target), user=user)
    elif what in ("save", "import"):
        with Path(target).open("rb") as stream:
            outcome = importing.save("meetings", stream, "台账.xlsx", user=user, year=2025)
        tell(json.dumps(outcome.counts))
    elif what == "page":
        client = Client()
        client.force_login(user, backend="schools.roles.RoleBackend")
        before = client.get(f"/imports/{target}/").content.decode()
        found = facts() | {"page": before}
        client.post(f"/imports/{target}/", {"action": "save"})
        after = client.get(f"/imports/{target}/").content.decode()
        tell(json.dumps(found | {"then": facts() | {"page": after}}))


if __name__ == "__main__":
    # However things go, it does not stay.
    signal.alarm(60)
    main(*sys.argv[1:])
