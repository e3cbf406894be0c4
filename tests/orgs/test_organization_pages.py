"""The list of organizations and the page of one, odd records included."""

import datetime

import pytest
import time_machine

from orgs.models import Affiliation, Organization, Post, Term
from schools.models import Jurisdiction, JurisdictionKind, School
from tests.conftest import make_organization, make_school, make_user
from tests.orgs.records import make_assessment, make_cycle, make_meeting, make_member
from tests.workbooks import sheet_rows

URL = "/organizations/"
D = datetime.date
# Session, user, grants; the confirmed cycle; bodies; count, rows; members, secretaries,
# terms and results of the rows; chosen columns, saved filters; the frame (2); session (3).
QUERIES = 19


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def city(tree):
    """Four organizations of the east and one of the west, judged in 2025."""
    school = make_school("东区白杨镇中心小学", tree.baiyang, tree.places["990102"])
    whole = make_organization(
        "中共东区白杨镇中心小学支部委员会", tree.baiyang, school=school, declared_members=4
    )
    late = make_organization(
        "中共东区柳林镇初级中学总支部委员会", tree.liulin, kind="general_branch"
    )
    bare = make_organization(
        "中共东区启明幼儿园支部委员会", tree.east_edu, declared_members=5, declared_probationary=1
    )
    gone = make_organization("中共东区旧校支部委员会", tree.east_edu, dissolved_on=D(2026, 3, 1))
    west = make_organization("中共西县第一中学委员会", tree.west_edu, kind="committee")
    for number in range(3):
        make_member(
            f"党员{number}", whole, number, status="probationary" if number == 2 else "full"
        )
    Post.objects.create(organization=whole, kind="secretary", holder="何建国", start=D(2023, 9, 1))
    Post.objects.create(
        organization=late,
        kind="secretary",
        holder="孙丽华",
        start=D(2020, 9, 1),
        end=D(2026, 10, 2),
    )
    Term.objects.create(organization=whole, elected_on=D(2023, 12, 8))
    Term.objects.create(organization=late, elected_on=D(2019, 5, 16))
    Term.objects.create(organization=late, elected_on=D(2022, 5, 16))
    Term.objects.create(
        organization=west, elected_on=D(2020, 1, 1), years=5, extended_to=D(2026, 12, 1)
    )
    cycle = make_cycle(2025)
    make_cycle(2026, state="open")
    make_assessment(cycle, whole, "93.15")
    make_assessment(cycle, late, "71.04", "non_compliant", is_vetoed=True)
    make_assessment(cycle, bare, None, "observed", exclusion="new")
    make_assessment(cycle, west, "82.60", "nearly")
    return {
        "whole": whole,
        "late": late,
        "bare": bare,
        "gone": gone,
        "west": west,
        "school": school,
    }


def keys(response, city) -> set[str]:
    found = {line.pk for line in response.context["table"].data}
    return {key for key, one in city.items() if isinstance(one, Organization) and one.pk in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"whole", "late", "bare", "west"}),
        ("kind=general_branch", {"late"}),
        ("term=over", {"late"}),
        ("term=soon", {"whole", "west"}),
        ("term=unknown", {"bare"}),
        ("secretary=vacant", {"late", "bare", "west"}),
        ("secretary=in_post", {"whole"}),
        ("result=compliant", {"whole"}),
        ("result=vetoed", {"late"}),
        ("result=non_compliant", set()),
        ("result=nearly", {"west"}),
        ("result=excluded", {"bare"}),
        ("result=none&state=all", {"gone"}),
        ("register=differs", {"whole"}),
        ("register=none", {"late", "bare", "west"}),
        ("schooling=none", {"late", "bare", "west"}),
        ("stage=primary", {"whole"}),
        ("body=township", {"whole", "late"}),
        ("state=dissolved", {"gone"}),
        ("q=白杨镇中心小学党支部", {"whole"}),
        ("q=中共西县第一中学委员会", {"west"}),
    ],
)
def test_conditions_narrow_the_list(client, city, users, query, expected):
    client.force_login(users.manager)
    assert keys(client.get(f"{URL}?{query}"), city) == expected


def test_the_cells_say_how_an_organization_stands(client, city, users):
    client.force_login(users.editor)
    table = client.get(URL).context["table"]
    labels = [head.label for head in table.heads][1:]
    cells = {
        name: dict(zip(labels, [str(cell) for _, cell in rest], strict=True))
        for name, rest in ((str(name), rest) for name, rest in table.lines)
    }
    whole, late, bare = (
        next(row for name, row in cells.items() if word in name)
        for word in ("白杨镇", "柳林镇", "启明")
    )
    assert ">正式 2，申报 4<" in whole["党员"]
    assert whole["任期届满"].startswith("2026-12-08")
    assert "26 天后到期" in whole["任期届满"]
    assert "空缺 41 天" in late["书记"]
    assert "超期 545 天" in late["任期届满"]
    assert "否决" in late["2025 结果"]
    assert bare["党员"].startswith("5")
    assert "申报数" in bare["党员"]
    assert "未填" in bare["任期届满"]
    assert "不计入" in bare["2025 结果"]
    assert bare["得分"] == "—"


def test_sorting_by_members_term_and_score(client, city, users):
    client.force_login(users.manager)

    def order(sort):
        rows = client.get(URL, {"sort": sort}).context["table"].data
        names = {one.pk: key for key, one in city.items() if isinstance(one, Organization)}
        return [names[row.pk] for row in rows]

    # Registered members count before declared ones; unknown comes last either way.
    assert order("members")[:2] == ["whole", "bare"]
    assert order("-members")[:2] == ["bare", "whole"]
    assert order("term") == ["late", "west", "whole", "bare"]
    assert order("-score")[:3] == ["whole", "west", "late"]


def test_the_workbook_tells_the_same_as_the_page(client, city, users):
    client.force_login(users.manager)
    page = client.get(URL, {"sort": "name", "state": "all"})
    heads, rows = sheet_rows(client.get(URL, {"sort": "name", "state": "all", "format": "xlsx"}))
    assert len(rows) == page.context["count"] == 5
    records = {row[1]: dict(zip(heads, row, strict=True)) for row in rows}
    whole = records["中共东区白杨镇中心小学支部委员会"]
    assert (whole["党员"], whole["正式党员"], whole["党员数来源"]) == (3, 2, "登记")
    assert whole["书记"] == "何建国"
    assert whole["任期届满"].date() == D(2026, 12, 8)
    assert (whole["2025 结果"], whole["得分"]) == ("达标", 93.15)
    assert records["中共东区柳林镇初级中学总支部委员会"]["书记"] == "空缺 41 天"
    assert records["中共东区启明幼儿园支部委员会"]["2025 结果"] == "不计入"


def test_without_a_confirmed_year_there_are_no_result_columns(client, tree, users):
    make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang)
    client.force_login(users.manager)
    response = client.get(URL, {"result": "vetoed", "sort": "score"})
    assert response.context["count"] == 1
    assert "还没有已确认的考评年度" in response.content.decode()
    assert "结果" not in [head.label for head in response.context["table"].heads]


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    client, tree, users, number, django_assert_num_queries
):
    cycle = make_cycle(2025)
    for n in range(number):
        one = make_organization(f"中共东区第{n}小学支部委员会", tree.east_edu)
        make_member("党员", one, n)
        Term.objects.create(organization=one, elected_on=D(2024, 1, 1))
        make_assessment(cycle, one)
    client.force_login(users.editor)
    with django_assert_num_queries(QUERIES):
        assert len(client.get(URL).context["table"].data) == number


def test_the_page_of_an_organization(client, city, users, tree):
    whole = city["whole"]
    child = make_organization("中共东区白杨镇中心小学第一支部委员会", tree.baiyang, parent=whole)
    Affiliation.objects.filter(organization=whole).update(start=D(2024, 1, 1))
    Affiliation.objects.create(
        organization=whole,
        jurisdiction=tree.east_edu,
        end=D(2024, 1, 1),
        document="东教党〔2023〕9号",
    )
    make_meeting(whole, D(2026, 3, 5))
    make_meeting(whole, D(2026, 3, 6), topic="")
    client.force_login(users.editor)
    response = client.get(f"{URL}{whole.pk}/")
    text = response.content.decode()
    assert "共 3 人；党组织名单上申报 4 人，与登记数不同，请核对" in text
    assert ("正式党员", f"/members/?organization={whole.pk}&status=full", "2") in (
        response.context["members"]["figures"]
    )
    assert "本届，还有 26 天" in text
    assert "东教党〔2023〕9号" in text
    assert child.name in text
    label, months, total = response.context["year"].rows[0]
    assert (label, months[2].counted, months[2].others, total) == ("主题党日", 1, 1, 1)
    assert "93.15" in text
    assert f"/organizations/{whole.pk}/scorecard/?year=2025" in text


def test_odd_organizations_still_have_a_page(client, city, users):
    client.force_login(users.editor)
    text = client.get(f"{URL}{city['bare'].pk}/").content.decode()
    assert "没有填报所在学校" in text
    assert "没有填报任期，系统无法提醒换届" in text
    assert "花名册里还没有党员；申报 5 人，其中正式党员 4 人" in text
    assert "没有填报班子成员" in text
    text = client.get(f"{URL}{city['gone'].pk}/").content.decode()
    assert "2026-03-01 撤销" in text
    assert "名下没有党员" in text
    assert "还没有考评结果" in text


def test_a_foreign_organization_is_not_found(client, city, users):
    client.force_login(users.editor)
    assert client.get(f"{URL}{city['west'].pk}/").status_code == 404
    assert client.get(f"{URL}{10**30}/").status_code == 404
    response = client.get(f"{URL}?parent={city['west'].pk}")
    assert keys(response, city) == {"whole", "late", "bare"}
    assert "不在您的范围内" in response.content.decode()
    assert "西县" not in response.content.decode()
    client.force_login(users.auditor)
    assert client.get(f"{URL}{city['whole'].pk}/").status_code == 403


def test_names_outside_the_scope_are_not_linked(client, city, users, tree):
    """A parent and covered schools may stand in another subtree."""
    west_school = make_school("西县第二小学", tree.west_edu, tree.places["990121"])
    whole = city["whole"]
    whole.parent = city["west"]
    whole.save()
    whole.covered_schools.add(west_school, city["school"])
    client.force_login(users.editor)
    text = client.get(f"{URL}{whole.pk}/").content.decode()
    assert "西县第二小学" in text
    assert f"/schools/{west_school.pk}/" not in text
    assert f"/organizations/{city['west'].pk}/" not in text
    assert f"/schools/{city['school'].pk}/" in text


def test_the_page_of_a_school(client, city, users, tree):
    client.force_login(users.editor)
    school = city["school"]
    text = client.get(f"/schools/{school.pk}/").content.decode()
    assert "云岭市 / 东区 / 东区白杨镇党委" in text
    assert city["whole"].name in text
    empty = make_school("东区空校", tree.east_edu, tree.places["990102"])
    text = client.get(f"/schools/{empty.pk}/").content.decode()
    assert "本校没有党组织，也没有联合党支部覆盖" in text
    School.objects.filter(pk=empty.pk).update(closed_on=D(2025, 7, 1))
    text = client.get(f"/schools/{empty.pk}/").content.decode()
    assert "2025-07-01 撤并" in text
    assert "应当成立党支部" not in text
    client.force_login(users.west_editor)
    assert client.get(f"/schools/{school.pk}/").status_code == 404


def test_a_joint_branch_is_listed_on_the_page_of_a_covered_school(client, city, users, tree):
    school = make_school("东区东川教学点", tree.baiyang, tree.places["990102"])
    city["whole"].covered_schools.add(school)
    client.force_login(users.township)
    assert city["whole"].name in client.get(f"/schools/{school.pk}/").content.decode()
    assert keys(client.get(f"{URL}?school={school.pk}"), city) == {"whole"}


def test_the_body_of_a_school_with_accounts_of_its_own_is_the_one_above(client, city, users, tree):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.baiyang.pk),
        instance=Jurisdiction(name="东区白杨镇中心小学", kind=JurisdictionKind.SCHOOL),
    )
    School.objects.filter(pk=city["school"].pk).update(jurisdiction=leaf)
    Organization.objects.filter(pk=city["whole"].pk).update(jurisdiction=leaf)
    client.force_login(make_user("own_school", ("editor", leaf)))
    response = client.get(URL)
    assert keys(response, city) == {"whole"}
    # The scope is named after the school, the superior is the township committee.
    assert "东区白杨镇中心小学在册党组织" in response.content.decode()
    heads, rows = sheet_rows(client.get(URL, {"format": "xlsx"}))
    record = dict(zip(heads, rows[0], strict=True))
    assert (record["上级"], record["管理主体"]) == ("东区白杨镇党委", "东区白杨镇党委")
    text = client.get(f"/schools/{city['school'].pk}/").content.decode()
    assert "云岭市 / 东区 / 东区白杨镇党委<" in text
