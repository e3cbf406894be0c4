"""The forms of earlier names, of periods of affiliation and of schools covered."""

from __future__ import annotations

from orgs.forms.tenure import OfOrganizationForm
from orgs.models import Affiliation, Coverage, FormerName, share_a_day
from schools.form_fields import DayField


class PeriodForm(OfOrganizationForm):
    """Something that held from one day to before another."""

    start = DayField(label="起", required=False, help_text="从成立起的不填")
    end = DayField(label="止", required=False, help_text="不再这样的第一天")

    reasons = frozenset({"start", "end"})

    def others(self):
        """Return the other periods of the same kind, which this one must not overlap."""
        return self._meta.model.objects.filter(organization=self.whose).exclude(pk=self.instance.pk)

    def clean(self):
        cleaned = super().clean()
        if self.errors or self.whose is None:
            return cleaned
        start, end, founded = cleaned.get("start"), cleaned.get("end"), self.whose.founded_on
        if start and founded and start < founded:
            self.add_error("start", f"早于成立时间（{founded:%Y-%m-%d}），请核对。")
        if start and end and end <= start:
            self.add_error("end", "止日要晚于起日。")
        asked = type(self.instance)(start=start, end=end)
        for other in self.others():
            if share_a_day(asked, other):
                since = f"{other.start:%Y-%m-%d}" if other.start else "成立"
                until = f"{other.end:%Y-%m-%d}" if other.end else "今"
                self.add_error("start", f"和{other}（{since} 至 {until}）的时间重叠，请核对。")
                break
        return cleaned


class FormerNameForm(PeriodForm):
    """A name borne earlier; the present one is changed by 更名."""

    end = DayField(label="止", help_text="改用后一个名称的那一天")

    groups = (
        ("曾用名称", ("organization", "name", "kind")),
        ("起止", ("start", "end", "document")),
    )

    class Meta:
        model = FormerName
        fields = ["organization", "name", "kind", "start", "end", "document"]


class AffiliationForm(OfOrganizationForm):
    """The first day of a period of affiliation; the period before ends on the same day."""

    start = DayField(label="起", help_text="前一段的止日随之改动")

    groups = (("隶属", ("start", "document")),)
    scored = {"start": "按管理主体统计达标率，以考核日的隶属为准"}
    reasons = frozenset({"start"})

    class Meta:
        model = Affiliation
        fields = ["start", "document"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new and self.instance.start is None:
            # The first period begins with the organization itself.
            del self.fields["start"]

    def _get_validation_exclusions(self):
        # The period before is moved along (affiliations.shift), so nothing will overlap.
        return super()._get_validation_exclusions() | {"organization"}


class CoverageForm(PeriodForm):
    """Since when, until when a school was covered."""

    groups = (("覆盖时间", ("start", "end", "document")),)

    class Meta:
        model = Coverage
        fields = ["start", "end", "document"]

    def others(self):
        return super().others().filter(school=self.instance.school)
