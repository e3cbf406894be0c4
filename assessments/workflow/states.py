"""The states of a filing (申报) and the moves between them (standard, process of a year).

Data only: who may move is told in `rights`, what a move writes in the services.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class State(TextChoices):
    DRAFT = "draft", "自评中"
    SUBMITTED = "submitted", "已申报"
    RETURNED = "returned", "退回补正"
    FIRST_REVIEWED = "first_reviewed", "初审完成"
    RE_REVIEWED = "re_reviewed", "复核完成"
    DECIDED = "decided", "已认定"
    PUBLISHED = "published", "公示中"
    CONFIRMED = "confirmed", "已确认"
    RECTIFYING = "rectifying", "整改中"
    REVOKED = "revoked", "已撤销"


class Stage(TextChoices):
    """Whose turn it is, as the steps of a page show it."""

    SELF = "self", "自评申报"
    FIRST = "first", "初审"
    SECOND = "second", "复核"
    DECISION = "decision", "认定"
    NOTICE = "notice", "公示"
    DONE = "done", "已确认"


STAGE_OF = {
    State.DRAFT: Stage.SELF,
    State.RETURNED: Stage.SELF,
    State.SUBMITTED: Stage.FIRST,
    State.FIRST_REVIEWED: Stage.SECOND,
    State.RE_REVIEWED: Stage.DECISION,
    State.DECIDED: Stage.NOTICE,
    State.PUBLISHED: Stage.NOTICE,
    State.CONFIRMED: Stage.DONE,
    State.RECTIFYING: Stage.DONE,
    State.REVOKED: Stage.DONE,
}


@dataclass(frozen=True, slots=True)
class Move:
    """From which states to which; `verb` is what the button and the log call it."""

    verb: str
    sources: frozenset[str]
    target: str

    def refusal(self, state: str) -> str:
        """Return why the move is not possible from `state`; "" if it is."""
        if state in self.sources:
            return ""
        allowed = "、".join(State(one).label for one in State.values if one in self.sources)
        return (
            f"现在是“{State(state).label}”，不能{self.verb}。"
            f"只有“{allowed}”的可以{self.verb}，请刷新后核对。"
        )


def _move(verb: str, target: State, *sources: State) -> Move:
    return Move(verb, frozenset(sources), target)


SUBMIT = _move("申报", State.SUBMITTED, State.DRAFT, State.RETURNED)
RETURN = _move("退回", State.RETURNED, State.SUBMITTED, State.FIRST_REVIEWED)
PASS_UP = _move("完成初审", State.FIRST_REVIEWED, State.SUBMITTED)
SETTLE = _move("完成复核", State.RE_REVIEWED, State.FIRST_REVIEWED)
DECIDE = _move("认定", State.DECIDED, State.RE_REVIEWED)
# A drawn one of its unit failed, and the schedule voids the passes of such a unit.
VOID = _move("作废", State.RETURNED, State.RE_REVIEWED)
PUBLISH = _move("公示", State.PUBLISHED, State.DECIDED)
# An objection that was right: reviewed once more.
RECONSIDER = _move("重新复核", State.FIRST_REVIEWED, State.PUBLISHED)
CONFIRM = _move("确认", State.CONFIRMED, State.PUBLISHED)
RECTIFY = _move("开始整改", State.RECTIFYING, State.CONFIRMED, State.REVOKED)
RETEST = _move("重新验收", State.CONFIRMED, State.RECTIFYING)
REVOKE = _move("撤销达标", State.REVOKED, State.CONFIRMED)

# The records of the year are closed while a filing is in one of these.
LOCKED = frozenset(
    {
        State.SUBMITTED,
        State.FIRST_REVIEWED,
        State.RE_REVIEWED,
        State.DECIDED,
        State.PUBLISHED,
        State.CONFIRMED,
        State.RECTIFYING,
        State.REVOKED,
    }
)
# Being reviewed: those who review may still put records right.
UNDER_REVIEW = frozenset({State.SUBMITTED, State.FIRST_REVIEWED})
UNFINISHED = frozenset({State.DRAFT, State.RETURNED, State.SUBMITTED, State.FIRST_REVIEWED})
