"""What the regulations say of terms, elections and posts, as pure functions.

Sources: 中国共产党支部工作条例（试行）, 中国共产党基层组织选举工作条例 (2020),
关于党的基层组织任期的意见 (2018). A problem forbids an entry; advice is to be confirmed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orgs.models import Organization, OrgKind, Post, PostBasis, PostKind, add_years

# Years of a term: five for a committee, three for general branches and branches
# (任期意见 item 1).
COMMITTEE_YEARS = 5
TERM_YEARS = 3
# Full members from which a branch elects a committee (支部工作条例 Art. 20).
COMMITTEE_FROM = 7
# Size of a committee, least and most: of a committee, and of the other kinds (Art. 20).
SIZES = {OrgKind.COMMITTEE: (5, 9)}
SIZE = (3, 7)
# Full members a branch needs, members a general branch and a committee need (Arts 4-6),
# units a joint branch generally covers at most (Art. 5).
BRANCH_FROM = 3
GENERAL_BRANCH_FROM = 50
COMMITTEE_MEMBERS = 100
JOINT_UNITS = 5
# Posts the superior may fill by appointment; members of a committee are elected (Art. 22).
APPOINTABLE = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence and the field it belongs to."""

    field: str
    text: str


def term_years(kind: str) -> int:
    """Return how many years a term of an organization of `kind` lasts."""
    return COMMITTEE_YEARS if kind == OrgKind.COMMITTEE else TERM_YEARS


def quorum_met(present: int, entitled: int) -> bool:
    """Tell whether four fifths of those with a vote are present (选举条例)."""
    return present * 5 >= entitled * 4


def least_candidates(seats: int) -> int:
    """Return how many candidates `seats` need: a fifth more (选举条例)."""
    return -(-seats * 6 // 5)


def election_problems(organization: Organization, values: Mapping[str, Any]) -> list[Finding]:
    """Return what forbids an election: its day, its voters, its candidates.

    `values`: elected_on, entitled, present, candidates, seats; each may be None.
    """
    found = []
    day, founded = values.get("elected_on"), organization.founded_on
    if day and founded and day < founded:
        found.append(Finding("elected_on", f"换届时间早于成立时间（{founded:%Y-%m-%d}），请核对。"))
    if day and organization.dissolved_on and day >= organization.dissolved_on:
        found.append(
            Finding("elected_on", f"这个党组织 {organization.dissolved_on:%Y-%m-%d} 已经撤销。")
        )
    entitled, present = values.get("entitled"), values.get("present")
    if entitled is not None and present is not None:
        if present > entitled:
            found.append(
                Finding("present", f"实到 {present} 人多于有选举权的 {entitled} 人，请核对。")
            )
        elif not quorum_met(present, entitled):
            least = -(-entitled * 4 // 5)
            found.append(
                Finding(
                    "present",
                    f"有选举权的 {entitled} 人，实到 {present} 人，不足五分之四"
                    f"（{least} 人），选举无效。",
                )
            )
    seats, candidates = values.get("seats"), values.get("candidates")
    if seats is not None and candidates is not None and candidates < seats:
        found.append(Finding("candidates", f"候选人 {candidates} 人少于应选 {seats} 人，请核对。"))
    return found


def election_advice(values: Mapping[str, Any]) -> list[str]:
    """Return what the rules advise against in an election that is valid."""
    seats, candidates = values.get("seats"), values.get("candidates")
    if seats and candidates is not None and candidates < least_candidates(seats):
        return [
            f"应选 {seats} 人，候选人 {candidates} 人。差额一般不少于应选人数的 20%，"
            f"即候选人不少于 {least_candidates(seats)} 人。"
        ]
    return []


def committee_advice(kind: str, full_members: int | None, posts: Mapping[str, str]) -> list[str]:
    """Return what the rules advise on a committee: `posts` maps kinds to holders."""
    members = [name for name in posts if name not in APPOINTABLE]
    size = len(set(posts.values()))
    if kind in (OrgKind.BRANCH, OrgKind.JOINT_BRANCH) and full_members is not None:
        if full_members < COMMITTEE_FROM and members:
            return [
                f"正式党员 {full_members} 人，不满 {COMMITTEE_FROM} 人的支部一般只设书记，"
                "必要时设副书记。"
            ]
        if full_members < COMMITTEE_FROM:
            return []
    least, most = SIZES.get(OrgKind(kind), SIZE)
    if posts and not least <= size <= most:
        return [f"班子成员 {size} 人，一般为 {least} 至 {most} 人。"]
    return []


def kind_advice(
    kind: str,
    *,
    members: int | None,
    full: int | None,
    direct: int = 0,
    children: int = 0,
    units: int = 1,
) -> list[str]:
    """Return what speaks against a kind for so many members (支部工作条例 Arts 4-5).

    `members` with those of the branches below, `full` its own full members, `direct` the
    members registered with it, `units` the schools it covers.
    """
    label = OrgKind(kind).label
    advice = []
    if kind in (OrgKind.BRANCH, OrgKind.JOINT_BRANCH):
        if full is not None and full < BRANCH_FROM:
            advice.append(f"正式党员 {full} 人，{label}一般不少于 {BRANCH_FROM} 人。")
        if kind == OrgKind.BRANCH and members and members > GENERAL_BRANCH_FROM:
            advice.append(f"党员 {members} 人，党支部一般不超过 {GENERAL_BRANCH_FROM} 人。")
        if children:
            advice.append(f"还有下级党组织 {children} 个，{label}不设下级党组织。")
        if kind == OrgKind.JOINT_BRANCH and not 2 <= units <= JOINT_UNITS:
            advice.append(f"覆盖学校 {units} 所，联合党支部一般为 2 至 {JOINT_UNITS} 所。")
        return advice
    least = {OrgKind.GENERAL_BRANCH: GENERAL_BRANCH_FROM, OrgKind.COMMITTEE: COMMITTEE_MEMBERS}
    if members is not None and members < least.get(OrgKind(kind), 0):
        advice.append(
            f"党员 {members} 人，{label}一般不少于 {least[OrgKind(kind)]} 人。"
            "上级批准设置的，请在“修改”里填设置批复文号。"
        )
    if direct and kind in least:
        advice.append(f"{direct} 名党员直接登记在它名下，改建后请用“分设”分到下级党支部。")
    return advice


def extension_problems(values: Mapping[str, Any]) -> list[Finding]:
    """Return what forbids an extension (任期意见 item 2: approved, a year at most).

    `values`: elected_on, years, extended_to, extension_document.
    """
    until, elected = values.get("extended_to"), values.get("elected_on")
    if not until or not elected or not values.get("years"):
        return []
    end = add_years(elected, values["years"])
    if until <= end:
        return [Finding("extended_to", f"延期要晚于届满日 {end:%Y-%m-%d}。")]
    found = []
    if until > add_years(end, 1):
        found.append(
            Finding(
                "extended_to",
                f"本届 {end:%Y-%m-%d} 届满，延期一般不超过一年，最晚到 {add_years(end, 1):%Y-%m-%d}。",
            )
        )
    if not values.get("extension_document"):
        found.append(Finding("extension_document", "延期要经上级批准，请填批复文号。"))
    return found


def post_problems(
    organization: Organization, post: Post | None, values: Mapping[str, Any]
) -> list[Finding]:
    """Return what forbids that a post is held as `values` say; one query.

    `values`: kind, start, end, basis, end_reason. `post` is the record itself, if stored.
    """
    start, end, founded = values.get("start"), values.get("end"), organization.founded_on
    found = []
    if start and founded and start < founded:
        found.append(Finding("start", f"任职早于成立时间（{founded:%Y-%m-%d}），请核对。"))
    if end and values.get("end_reason") == "" and not post:
        found.append(Finding("end_reason", "请选择离任原因。"))
    if values.get("end_reason") and not end:
        found.append(Finding("end", "选了离任原因，请填免职时间。"))
    kind = values.get("kind")
    if values.get("basis") == PostBasis.APPOINTED and kind not in APPOINTABLE:
        found.append(
            Finding("basis", "委员由党员大会选举产生，上级只能任命书记、副书记。请选“补选”。")
        )
    if kind == PostKind.SECRETARY:
        others = organization.posts.filter(kind=kind).exclude(pk=(post and post.pk) or 0)
        for other in others:
            if overlap(start, end, other.start, other.end):
                until = f"{other.end:%Y-%m-%d}" if other.end else "今"
                since = f"{other.start:%Y-%m-%d}" if other.start else "任职时间未填"
                found.append(
                    Finding(
                        "start",
                        f"同一时间已有书记{other.holder}（{since} 至 {until}）。"
                        "请先办理他的离任，或核对任职时间。",
                    )
                )
                break
    return found


Day = datetime.date | None


def overlap(start: Day, end: Day, other_start: Day, other_end: Day) -> bool:
    """Tell whether two holdings of a post share a day.

    A start nobody recorded is no proof of an overlap unless both still last.
    """
    if end is None and other_end is None:
        return True
    if start is None or other_start is None:
        return False
    return (other_end is None or start < other_end) and (end is None or other_start < end)
