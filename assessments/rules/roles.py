"""Indicator B5 and category F as far as records tell: reviews, cultivation, posts, service."""

from assessments.facts.model import Facts
from assessments.rules.base import (
    Parameters,
    Score,
    earned,
    not_applicable,
    not_due_yet,
    reviewed,
    rule,
    share,
)
from assessments.rules.members import RETIREES
from schools.models import Ownership

# The superior's results; the first three in the order of the parameter `review_percents`.
RESULTS = {"average": "一般", "fairly_good": "较好", "good": "好", "poor": "差", "absent": "未述职"}


@rule("B5")
def secretary_reviewed(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The superior's result of the secretary's yearly report."""
    result = facts.secretary_review.result
    if not result:
        return reviewed(facts, "B5", points)
    percents = dict(zip(RESULTS, parameters["review_percents"], strict=False))
    got = share(points, percents.get(result, 0), 100)
    reason = f"书记述职评议结果为{RESULTS[result]}，{earned(got, points)}"
    return Score(got, points, reason, {"result": result})


@rule("F1")
def double_cultivation(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Pairs with a yearly review; key teachers among new members; members among key teachers."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    double = facts.double
    if not double.pairs and not double.has_counts:
        return reviewed(facts, "F1", points)
    if facts.ownership == Ownership.PRIVATE and double.has_counts and not double.backbone:
        return not_applicable(points, "民办学校没有骨干教师")
    part = share(points, 1, 3)
    got, of, parts = 0, points, []
    if double.pairs and double.reviewed:
        got += part
        parts.append(f"结对 {double.pairs} 人，今年已考核 {double.reviewed} 人")
    elif double.pairs and not facts.year_over:
        of -= part
        parts.append(f"结对 {double.pairs} 人，年底前考核即可，这部分暂不计入")
    else:
        parts.append("结对对象今年没有考核" if double.pairs else "没有结对的培养对象")
    got += part * _new_members(facts, parts)
    if not double.has_counts:
        parts.append("没有登记年度教师和骨干数")
    elif not double.backbone:
        of -= points - 2 * part
        parts.append("没有骨干教师，这部分不计")
    elif double.member_backbone * double.teachers >= double.member_teachers * double.backbone:
        got += points - 2 * part
        parts.append("骨干教师中党员比例不低于全体教师")
    else:
        parts.append("骨干教师中党员比例低于全体教师")
    if not of:
        return not_due_yet(points, "双培考核没有到期")
    inputs = {"pairs": double.pairs, "reviewed": double.reviewed}
    return Score(got, of, f"{'；'.join(parts)}，{earned(got, of)}", inputs)


def _new_members(facts: Facts, parts: list[str]) -> bool:
    """Tell whether half of the teachers admitted in three years are key teachers."""
    double = facts.double
    if double.admitted:
        parts.append(
            f"近三年新发展教师党员 {double.admitted} 名，骨干 {double.admitted_backbone} 名"
        )
        return 2 * double.admitted_backbone >= double.admitted
    if double.backbone_activists:
        parts.append(f"近三年没有新发展教师党员，骨干教师积极分子 {double.backbone_activists} 名")
        return True
    parts.append("近三年没有新发展教师党员，也没有骨干教师积极分子")
    return False


@rule("F2")
def model_posts(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Model posts by the number of members in service, each reviewed once a year (Art. 22)."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    posts = facts.pioneers
    if not posts.is_kept:
        return reviewed(facts, "F2", points)
    wanted = max(1, posts.active_members // parameters["members_per_pioneer"])
    of_posts = share(points, 1, 2)
    of_reviews = points - of_posts
    got, of = share(of_posts, min(posts.posts, wanted), wanted), points
    text = f"应设先锋岗 {wanted} 个，在岗 {posts.posts} 个"
    if posts.posts and posts.reviewed < posts.posts and not facts.year_over:
        of -= of_reviews
        text += "；年底前评议即可，这部分暂不计入"
    else:
        got += share(of_reviews, posts.reviewed, posts.posts) if posts.posts else 0
        text += f"，已评议 {posts.reviewed} 个"
    inputs = {"due": wanted, "posts": posts.posts, "reviewed": posts.reviewed}
    return Score(got, of, f"{text}，{earned(got, of)}", inputs)


@rule("F3")
def volunteer_service(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Four activities a year, two services of each obliged member (Art. 22)."""
    service = facts.volunteering
    if not service.activities and not service.served:
        return reviewed(facts, "F3", points)
    quarters = facts.due_quarters.bit_count()
    if not quarters:
        return not_due_yet(points, "还没有满一个季度")
    # In a running year, or after a founding within it, the share of the quarters that are due.
    wanted = -(-parameters["volunteer_activities"] * quarters // 4)
    times = -(-parameters["volunteer_services"] * quarters // 4)
    of_activities = share(points, 1, 2)
    got = share(of_activities, min(service.activities, wanted), wanted)
    text = f"应开展志愿服务 {wanted} 次，开展 {service.activities} 次"
    of, enough = points, 0
    if service.obliged:
        enough = service.served[times - 1] if len(service.served) >= times else 0
        got += share(points - of_activities, min(enough, service.obliged), service.obliged)
        text += f"；应参加党员 {service.obliged} 名，服务满 {times} 次的 {enough} 名"
    else:
        of -= points - of_activities
        text += "；没有应参加的党员，这部分不计"
    inputs = {"due": wanted, "held": service.activities, "obliged": service.obliged}
    return Score(got, of, f"{text}，{earned(got, of)}", inputs | {"enough": enough})
