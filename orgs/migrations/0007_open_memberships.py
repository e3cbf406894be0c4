"""Open a membership for every member in the register, and situations for what is marked.

Since when is not known: both begin before the register (start None).
"""

from django.db import migrations

CHUNK = 2000
MARKS = (("is_lost_contact", "lost"), ("is_floating", "floating"))


def open_memberships(apps, schema_editor):
    Member = apps.get_model("orgs", "Member")
    Membership = apps.get_model("orgs", "Membership")
    Situation = apps.get_model("orgs", "Situation")
    memberships, situations = [], []
    rows = Member.objects.order_by("pk").values_list(
        "pk", "organization_id", "left_on", "status", *(mark for mark, _ in MARKS)
    )
    for pk, organization, left_on, status, *marks in rows.iterator(CHUNK):
        memberships.append(
            Membership(
                member_id=pk, organization_id=organization, end=left_on, beginning="opened"
            )
        )
        kinds = [kind for marked, (_, kind) in zip(marks, MARKS, strict=True) if marked]
        if status == "suspended":
            kinds.append("suspended")
        situations += [Situation(member_id=pk, kind=kind, end=left_on) for kind in kinds]
    Membership.objects.bulk_create(memberships, batch_size=CHUNK)
    Situation.objects.bulk_create(situations, batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0006_memberships_and_transfers")]
    operations = [migrations.RunPython(open_memberships, migrations.RunPython.noop)]
