"""Sentences made of figures by fixed patterns: the same data give the same sentence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from assessments.compliance import percent_text
from reports.board import Board, BoardRow
from reports.counts import Counts, change
from reports.heat import Heat


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence, drawn plain, strong or as a link."""

    text: str
    url: str = ""
    strong: bool = False


Words = list[Part]


def plain(words: Words) -> str:
    """Return the sentence as text."""
    return "".join(part.text for part in words)


def overview(board: Board) -> Words:
    """Return the verdict of a scope: its change, who rose and fell, and the lowest row."""
    missing = why_none(board)
    if missing:
        return [Part(missing)]
    words = [*_change(board), *_rises_and_falls(board), *_lowest(board)]
    # With nothing to compare inside, say what comes next.
    return words if board.has_bodies else words + next_step(board.total, board.whole_name)


def why_none(board: Board) -> str:
    """Return why there is no rate; "" where there is one."""
    context = board.context
    if context.cycle is None:
        return f"{context.year} 年度还没有建立考评年度，所以没有达标率。"
    if context.cycle.scored_at is None and not board.total:
        return f"{context.year} 年度还没有测算，所以没有达标率。"
    reason = board.total.why_none
    return f"{reason}，所以没有达标率。" if reason else ""


def _change(board: Board) -> Words:
    if board.change is None:
        return [Part(f"{board.context.year - 1} 年没有可比的结果，不作比较。")]
    moved = board.change.points
    if not moved:
        return [Part(f"{board.whole_name}达标率与上年持平。")]
    verb = "提高" if moved > 0 else "降低"
    return [
        Part(f"{board.whole_name}达标率比上年{verb} "),
        Part(f"{abs(moved)} 个百分点", strong=True),
        Part("。"),
    ]


def _rises_and_falls(board: Board) -> Words:
    """Return how many rows rose and which fell: "8 个单元中 7 个上升，滨河区下降 2.0。"."""
    compared = [(row, step.points) for row in board.ranked if (step := row.change) is not None]
    if len(compared) < 2:
        return []
    word = board.short_word
    rose = [row for row, moved in compared if moved > 0]
    fell = sorted(((row, moved) for row, moved in compared if moved < 0), key=lambda one: one[1])
    flat = len(compared) - len(rose) - len(fell)
    if len(rose) == len(compared):
        return [Part(f"{len(compared)} 个{word}都上升。")]
    pieces: list[Words] = []
    if rose:
        pieces.append([Part(f"{len(rose)} 个上升")])
    if len(fell) in (1, 2):
        pieces += [[Part(f"{row.name}下降 {-moved}", row.url)] for row, moved in fell]
    elif fell:
        most, moved = fell[0]
        pieces.append([Part(f"{len(fell)} 个下降")])
        pieces.append([Part(f"{most.name}降得最多（{-moved}）", most.url)])
    if flat:
        pieces.append([Part(f"{flat} 个持平")])
    words = [Part(f"{len(compared)} 个{word}中 ")]
    for index, piece in enumerate(pieces):
        words += [*([Part("，")] if index else []), *piece]
    return [*words, Part("。")]


def _lowest(board: Board) -> Words:
    """Return the lowest row and how far it pulls the total down."""
    rates = [row.now.rate for row in board.ranked if row.now.rate is not None]
    if not rates:
        return []
    low = min(rates)
    lowest = [row for row in board.ranked if row.now.rate == low]
    if len(lowest) == len(board.ranked):
        return []
    if len(lowest) > 1:
        shown = lowest[:3]
        words: Words = []
        for index, row in enumerate(shown):
            words += [*([Part("、")] if index else []), Part(row.name, row.url)]
        more = f"等 {len(lowest)} 个" if len(lowest) > 3 else ""
        return [*words, Part(f"{more} {lowest[0].now.percent} 并列最低。")]
    row = lowest[0]
    words = [Part(f"{row.name} {row.now.percent} 最低", row.url)]
    if row.pull is not None and row.pull < 0:
        words.append(Part(f"，单它一家就拉低{board.whole_name} {-row.pull} 个百分点"))
    return [*words, Part("。")]


def main_losses(heat: Heat) -> str:
    """Return the three indicators that lose most and their share of all points lost."""
    top = [row for row in heat.rows[:3] if row.total.lost > 0]
    if not top:
        return ""
    names = "、".join(row.indicator.name for row in top)
    if len(top) == 1:
        return f"主要失分：{names}，占全部失分的 {heat.share_of(top)}。"
    count = {2: "两", 3: "三"}[len(top)]
    return f"主要失分：{names}，{count}项占全部失分的 {heat.share_of(top)}。"


def standing(board: Board, around: Board | None) -> Words:
    """Return how a scope stands: against the whole, its place, its change, the next step.

    `around` is the board of the scope above, None where the user does not see it.
    """
    missing = why_none(board)
    if missing:
        return [Part(missing)]
    pieces: list[Words] = []
    gap = change(board.total, around.total) if around is not None else None
    if around is not None and gap is not None:
        pieces.append(_against(board, around, gap.points))
    if board.change is not None:
        moved = board.change.points
        text = f"比上年{'提高' if moved > 0 else '降低'} {abs(moved)} 个百分点"
        pieces.append([Part(text if moved else "与上年持平")])
    words: Words = []
    for index, piece in enumerate(pieces):
        words += [*([Part("；")] if index else []), *piece]
    if words:
        words.append(Part("。"))
    return [*words, *next_step(board.total, board.whole_name)]


def _against(board: Board, around: Board, gap: Decimal) -> Words:
    whole = f"{around.whole_name}（{around.total.percent}）"
    if gap:
        words = [Part(f"{'高' if gap > 0 else '低'}于{whole}{abs(gap)} 个百分点")]
    else:
        words = [Part(f"与{whole}持平")]
    row = row_of(around, board.context.scope)
    if row is not None and row.rank is not None:
        place = f"{'并列第' if row.tied else '列第'} {row.rank}"
        words.append(
            Part(f"，{len(around.ranked)} 个{around.short_word}中{place[: -len(str(row.rank))]}")
        )
        words.append(Part(str(row.rank), strong=True))
    return words


def row_of(board: Board, scope) -> BoardRow | None:
    """Return the row of `board` that stands for the body `scope`."""
    for row in board.rows:
        if row.slot.key == scope and not row.slot.is_own_level:
            return row
    return None


def next_step(counts: Counts, whole: str) -> Words:
    """Return how many more have to pass for the next five per cent."""
    if counts.passed == counts.due:
        return [Part(f"{counts.due:,} 个应评组织全部达标。")]
    target = Fraction(5 * (20 * counts.passed // counts.due + 1), 100)
    more = ceil(target * counts.due) - counts.passed
    reached = percent_text(counts.passed + more, counts.due)
    return [
        Part("再有 "),
        Part(f"{more:,} 个组织达标", strong=True),
        Part(f"，{whole}即到 {reached}。"),
    ]


def near_and_vetoed(counts: Counts, vetoes: list[tuple[str, str, int]]) -> str:
    """Return the second line of a unit: how many are close, and why others are vetoed.

    `vetoes` are (code, name, organizations), the most frequent first.
    """
    sentences = []
    if counts.near3:
        sentences.append(f"{counts.near3:,} 个组织差 3 分以内")
    if counts.vetoed:
        text = f"{counts.vetoed:,} 个被一票否决"
        if vetoes and vetoes[0][2]:
            code, name, count = vetoes[0]
            which = "都" if count == counts.vetoed else f"其中 {count:,} 个"
            text += f"，{which}因{name}（{code}）"
        sentences.append(text)
    return "；".join(sentences) + "。" if sentences else ""


def difference(now: int, before: int, noun: str = "") -> str:
    """Return the change of a count: "增 325", "减 142", "持平"."""
    if now == before:
        return "持平"
    return f"{'增' if now > before else '减'} {abs(now - before):,}{noun}"


def gap(final: Decimal, line: Decimal) -> Decimal:
    """Return the points a score lacks to the line."""
    return max(line - final, Decimal(0))
