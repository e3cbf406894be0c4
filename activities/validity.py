"""Why a meeting does not count, in words. `MeetingQuerySet.valid` is the same for lists."""

from __future__ import annotations

from activities.models import QUORUM_TYPES, Meeting, MeetingStatus


def why_not(meeting: Meeting) -> list[str]:
    """Return the reasons why `meeting` does not count; none if it does."""
    reasons = []
    if meeting.status != MeetingStatus.ARCHIVED:
        reasons.append(f"状态是{meeting.get_status_display()}，归档后才计入")
    if meeting.is_late and not meeting.late_accepted:
        waits = meeting.late_accepted is None
        reasons.append("补录，等管理主体认可" if waits else "补录，管理主体没有认可")
    missing = [
        label
        for label, value in (
            ("主题", meeting.topic),
            ("主持人", meeting.chair),
            ("记录人", meeting.recorder),
            ("应到人数", meeting.due),
            ("实到人数", meeting.present),
        )
        if not value
    ]
    if missing:
        reasons.append(f"没有填{'、'.join(missing)}")
    if meeting.due and meeting.present:
        present, due = meeting.present, meeting.due
        who = "应到"
        if meeting.voters is not None and meeting.voters_present is not None:
            present, due, who = meeting.voters_present, meeting.voters, "有表决权的"
        if meeting.type in QUORUM_TYPES and due > present * 2:
            reasons.append(f"实到 {present} 人，不到{who} {due} 人的半数")
        if meeting.is_election and due * 4 > present * 5:
            reasons.append(f"换届选举实到 {present} 人，不到{who} {due} 人的五分之四")
    return reasons
