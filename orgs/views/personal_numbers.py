"""ID numbers and phones in clear: of one member on the page, of a list in a workbook.

Both ask for a reason, are counted by the hour and logged (docs/decisions/0011).
"""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.limits import Limit
from orgs.forms.reason import ReasonForm
from orgs.tables import MemberTable
from orgs.views.members import MemberList, may_reveal, member_or_404, show_member
from schools.access import needs
from schools.columns import ListColumn
from schools.exporting import export
from schools.roles import EXPORT_UNMASKED, REVEAL

REVEALS = Limit("reveal", 60, "查看完整号码")
UNMASKED = Limit("export_unmasked", 10, "导出完整号码")


@require_POST
@needs(REVEAL)
def reveal(request, pk):
    """Show the numbers of one member in this answer, once."""
    record = member_or_404(request.user, pk)
    if not may_reveal(request.user, record):
        raise PermissionDenied("您可以查看这名党员，不能查看完整号码。")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show_member(request, record, reason=form, status=400)
    REVEALS.spend(request.user)
    audit.record(
        "orgs.reveal_personal",
        actor=request.user,
        obj=record,
        changes={"reason": form.cleaned_data["reason"]},
    )
    return show_member(request, record, reason=form, in_clear=True)


class UnmaskedMemberTable(MemberTable):
    """The list of members with the numbers as they are."""

    id_number = ListColumn("公民身份号码", width=22, always=True)
    phone = ListColumn("电话", width=16, always=True)

    class Meta(MemberTable.Meta):
        pass

    def value_id_number(self, value):
        return value

    def value_phone(self, value):
        return value


class UnmaskedMembers(MemberList):
    """Asks why, then exports the list with the numbers in clear.

    The conditions are those of the address, as on the list; the rows those under a grant
    that carries the permission.
    """

    permission = EXPORT_UNMASKED
    table_class = UnmaskedMemberTable
    # The register of today alone.
    tells_days = False

    @property
    def list_name(self):
        return "members"

    def rows(self):
        return super().rows().permitted(self.user, EXPORT_UNMASKED)

    def get(self, request):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return self.ask(ReasonForm())

    def post(self, request):
        """Send the workbook."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        form = ReasonForm(request.POST)
        if not form.is_valid() or not self.count:
            return self.ask(form, status=400)
        UNMASKED.spend(request.user)
        return export(
            self.layout(),
            user=request.user,
            permission=self.permission,
            action="orgs.export_unmasked",
            changes={"rows": self.count, "query": self.conditions(), "scope": self.scope.label},
            reason=form.cleaned_data["reason"],
        )

    def ask(self, form, status=200):
        """Return the page that asks for the reason and names what will be exported."""
        query = self.asked("page", "size")
        context = {
            "list": self,
            "form": form,
            "count": self.count,
            "conditions": self.conditions(),
            "problems": self.filterset.problems,
            "back": f"{reverse('members')}?{query}",
            "query": query,
            "per_hour": UNMASKED.per_hour,
        }
        return render(self.request, "orgs/export_unmasked.html", context, status=status)

    def layout(self):
        masked = super().layout()
        told, *_ = masked.notes
        return replace(
            masked,
            title=f"{masked.title}（含完整号码）",
            notes=(told, "含完整的身份证号和电话，只能用于所写的原因，用完请删除。"),
        )
