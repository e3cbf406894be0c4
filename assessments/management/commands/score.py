"""Score one year, or every year that is still open (the nightly run)."""

import datetime
import gc

from django.core.management.base import BaseCommand, CommandError

from assessments.compliance import percent_text
from assessments.models import Cycle
from assessments.scoring import ScoringError, ensure_cycle, score_cycle


class Command(BaseCommand):
    """`score [--year Y] [--as-of YYYY-MM-DD]`."""

    help = "测算一个年度的得分；不写年度时测算全部未确认的年度（每晚运行）。"
    # The checks load every page; they belong to the start of the service.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="年度，例如 2025")
        parser.add_argument("--as-of", help="截至日期（YYYY-MM-DD），默认上一个满月的最后一天")

    def handle(self, *, year, as_of, **options):
        try:
            day = datetime.date.fromisoformat(as_of) if as_of else None
        except ValueError:
            raise CommandError(f"截至日期“{as_of}”不是有效日期，应写成 2025-12-31。") from None
        try:
            cycles = [ensure_cycle(year)] if year is not None else self._open_cycles()
            for cycle in cycles:
                self._score(cycle, day)
        except ScoringError as error:
            raise CommandError(str(error)) from None

    def _open_cycles(self):
        cycles = list(Cycle.objects.filter(state=Cycle.State.OPEN).order_by("year"))
        if not cycles:
            self.stdout.write("没有未确认的年度，没有测算。")
        return cycles

    def _score(self, cycle, day):
        # Millions of small objects, none in a circle: looking for circles takes a tenth of the time.
        gc.disable()
        try:
            outcome = score_cycle(cycle, as_of=day, progress=self.stderr.write)
        finally:
            gc.enable()
        self.stdout.write(
            f"{cycle.year} 年度：测算 {outcome.scored} 个党组织，应评 {outcome.due} 个，"
            f"达标 {outcome.passed} 个，达标率 {percent_text(outcome.passed, outcome.due)}，"
            f"用时 {outcome.seconds:.1f} 秒。"
        )
