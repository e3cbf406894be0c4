"""Look through the records for contradictions, as a user sees them (表间校核)."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.consistency import services
from assessments.consistency.base import Look
from assessments.consistency.findings import describe
from assessments.consistency.registry import CHECKS
from assessments.consistency.summary import reasons
from assessments.management.commands.compliance import find_user, table
from schools.models import Jurisdiction
from schools.scoping import granted_paths

# Findings described at a time.
CHUNK = 500


class Command(BaseCommand):
    """`check_records --as USER [--scope NAME] [--findings] [--json]`."""

    help = "按用户的范围核对记录：互相矛盾、与规定不符、比上年变动异常的地方，从重到轻。"

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="username", required=True, help="用户名")
        parser.add_argument("--scope", help="管理主体名称；不填时为用户的全部范围")
        parser.add_argument("--findings", action="store_true", help="逐条列出待处理的记录")
        parser.add_argument("--json", action="store_true", help="按 JSON 输出")

    def handle(self, *, username, scope, findings, **options):
        user = find_user(username)
        if not user.has_perm("schools.view_records") or not granted_paths(user):
            raise CommandError(f"用户“{username}”没有可查看的范围，请先授权。")
        body = self.body(user, scope) if scope else None
        look = Look(user, timezone.localdate(), body)
        summary = services.look_through(look)
        told = []
        for check in CHECKS.values():
            counts = summary.total(check.code)
            line = {
                "code": check.code,
                "title": check.title,
                "severity": check.severity.value,
                "open": counts.open,
                "explained": counts.explained,
            }
            if findings:
                line["findings"] = list(self.findings(check, look)) if counts.open else []
            told.append(line)
        if options["json"]:
            result = {"day": f"{look.day}", "scope": body.label if body else None, "checks": told}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        self.write(told, look)

    def body(self, user, name: str) -> Jurisdiction:
        """Return the body called `name` that the user may see."""
        bodies = Jurisdiction.objects.visible_to(user)
        found = {
            body.pk: body
            for field in ("unit_name", "name", "short_name")
            for body in bodies.filter(**{field: name})
        }
        if not found:
            raise CommandError(f"用户“{user.username}”的范围内没有“{name}”。")
        if len(found) > 1:
            raise CommandError(f"有几个管理主体叫“{name}”，请写全称。")
        return found.popitem()[1]

    def findings(self, check, look):
        """Yield the open findings of a check, each as a dictionary."""
        rows = check.found(look).select_related(*check.subject.related)
        if check.takes_reason:
            rows = rows.filter(~reasons(check, look))
        rows = list(rows.order_by(check.subject.path, check.subject.order, "pk"))
        for start in range(0, len(rows), CHUNK):
            for finding in describe([(check, row) for row in rows[start : start + CHUNK]], look):
                yield {
                    "id": finding.pk,
                    "name": finding.name,
                    "note": finding.note,
                    "body": finding.body.label if finding.body else "",
                    "words": finding.words,
                }

    def write(self, told, look):
        """Write the checks that found anything as a table, and the number of the others."""
        used = [line for line in told if line["open"] or line["explained"]]
        severity = {check.code: check.severity.label for check in CHECKS.values()}
        lines = [
            (line["title"], severity[line["code"]], str(line["open"]), str(line["explained"]))
            for line in used
        ]
        if used:
            for line in table([("核对项", "程度", "待处理", "已说明"), *lines]):
                self.stdout.write(line)
        for line in used:
            for finding in line.get("findings", ()):
                note = f"（{finding['note']}）" if finding["note"] else ""
                self.stdout.write(f"{line['title']}：{finding['name']}{note}，{finding['words']}")
        clean = len(told) - len(used)
        self.stdout.write(f"{look.day} 核对 {len(told)} 项，{clean} 项没有发现问题。")
