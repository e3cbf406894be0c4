"""The page of one talk."""

from __future__ import annotations

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.limits import limited
from activities.models import HeartTalk
from activities.talks.pages import TalkPages
from schools.access import READ, RECORDS, needs
from schools.facts import Fact


@needs(READ)
@limited(RECORDS)
def talk(request, pk):
    """Show one talk."""
    rows = HeartTalk.objects.visible_to(request.user)
    record = get_object_or_404(
        rows.select_related("organization__jurisdiction", "member", "speaker"), pk=pk
    )
    other_year = record.counts_for_year != record.held_on.year
    member_url = reverse("member", args=[record.member_id])
    speaker_url = reverse("member", args=[record.speaker_id]) if record.speaker_id else ""
    context = {
        "talk": record,
        "body": record.organization.jurisdiction,
        "may_edit": TalkPages().may_edit(request.user, record),
        "facts": [
            Fact("谈话人", record.speaker_name, url=speaker_url),
            Fact("谈话对象", record.member.name, url=member_url),
            Fact("谈话关系", record.get_relation_display()),
            Fact(
                "党组织",
                record.organization.short_name,
                url=reverse("organization", args=[record.organization_id]),
            ),
            Fact("谈话时间", record.held_on),
            Fact("归属年度", str(record.counts_for_year), "与时间不同年" if other_year else ""),
            Fact("谈话内容", record.subject),
            Fact("反映的问题和后续", record.follow_up),
        ],
    }
    return render(request, "activities/talk.html", context)
