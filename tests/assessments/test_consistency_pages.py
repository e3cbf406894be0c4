"""表间校核 in the browser: counts by body, lists, written reasons; and the same as a command."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.history import Act
from accounts.models import AuditEntry
from assessments.consistency import services, summary
from assessments.consistency.base import Look
from assessments.consistency.models import CheckRun, Explanation
from assessments.consistency.registry import CHECKS
from orgs.models import Organization
from schools import writing
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member
from tests.workbooks import sheet_rows

URL = "/consistency/"


@pytest.fixture
def branches(tree):
    """Branches of two members: two in 白杨镇, one with the county's body, one in the west."""
    made = {}
    for name, body, place in (
        ("白杨", tree.baiyang, "990102"),
        ("春泉", tree.baiyang, "990102"),
        ("云东", tree.east_edu, "990102"),
        ("西一", tree.west_edu, "990121"),
    ):
        school = make_school(f"{name}小学", body, tree.places[place], town=name)
        made[name] = make_organization(f"中共{name}小学支部委员会", body, school=school)
        made[name].declared_members = 2
        made[name].save()
    return made


@pytest.fixture
def act(client):
    """Sign a person in and return his client."""

    def sign_in(user):
        client.force_login(user, backend="schools.roles.RoleBackend")
        return client

    return sign_in


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def line(response, code):
    """Return the line of one check."""
    for part in response.context["found"]:
        for one in part.lines:
            if one.check.code == code:
                return one
    return None


def look(user, scope=None) -> Look:
    return Look(user, timezone.localdate(), scope)


def namesakes(branches, *names):
    """Put a person of the same name and birthday into each of these branches."""
    return [make_member("何建国", branches[name], n) for n, name in enumerate(names, 1)]


def test_the_summary_counts_by_unit_and_each_count_is_the_length_of_its_list(
    act, users, branches, tree
):
    response = act(users.manager).get(URL)
    found = line(response, "few-members")
    assert found.counts.open == 4
    assert dict(zip(response.context["columns"], [c.count for c in found.cells], strict=True)) == {
        "东区": 3,
        "西县": 1,
    }
    for cell in found.cells:
        assert act(users.manager).get(cell.url).context["count"] == cell.count
    # The worst come first, and a page says what it looked at besides.
    severities = [part.severity.value for part in response.context["found"]]
    assert severities == ["must", "check"]
    assert response.context["must"].open == response.context["must"].sums[0] + 2
    assert "50 项" in text_of(response) or str(len(CHECKS)) in text_of(response)


def test_inside_a_county_the_columns_are_its_bodies_and_its_own_level(act, users, branches, tree):
    make_organization("中共东区联合支部委员会", tree.east, declared_members=1)
    response = act(users.editor).get(URL)
    found = line(response, "few-members")
    cells = {cell.label: cell for cell in found.cells}
    counts = {label: cell.count for label, cell in cells.items()}
    assert counts == {"教育局党委": 1, "白杨镇党委": 2, "东区本级": 1}
    for cell in cells.values():
        assert act(users.editor).get(cell.url).context["count"] == cell.count


def test_a_body_without_bodies_shows_the_findings_themselves(act, users, branches):
    response = act(users.township).get(URL)
    found = line(response, "few-members")
    assert {finding.name for finding in found.findings} == {"白杨小学党支部", "春泉小学党支部"}
    said = text_of(response)
    assert "申报党员 2 人，其中正式党员 2 人，不足 3 人" in said
    assert "西一小学" not in said
    assert reverse("organization_edit", args=[branches["白杨"].pk]) in response.content.decode()


def test_who_may_only_read_is_offered_no_work(act, users, branches, tree):
    response = act(users.viewer).get(URL, {"scope": tree.baiyang.pk})
    assert "白杨小学党支部" in text_of(response)
    assert "去改" not in text_of(response)
    listed = act(users.viewer).get(reverse("findings", args=["term-unknown"]))
    assert "写说明" not in text_of(listed).replace("点“写说明”", "")


@pytest.mark.parametrize("code", [code for code, check in CHECKS.items() if check.mends])
def test_what_is_found_leads_to_a_page_there_is(code):
    assert reverse(CHECKS[code].mends, args=[1])


def test_a_missing_secretary_leads_to_the_appointment(act, users, branches):
    response = act(users.editor).get(f"{URL}secretary-none/")
    assert f'href="/organizations/{branches["云东"].pk}/appointment/"' in response.content.decode()


def test_a_scope_out_of_sight_does_not_exist(act, users, branches, tree):
    for scope in (tree.west.pk, tree.city.pk, "x"):
        assert act(users.editor).get(URL, {"scope": scope}).status_code == 404
        listed = reverse("findings", args=["few-members"])
        assert act(users.editor).get(listed, {"scope": scope}).status_code == 404
    assert act(users.editor).get(reverse("findings", args=["nonsense"])).status_code == 404


def test_nothing_found_says_what_was_looked_at(act, users, tree):
    response = act(users.manager).get(URL)
    assert response.context["found"] == []
    assert f"共核对 {len(CHECKS)} 项，没有发现问题" in text_of(response)
    assert "正式党员不足 3 人的党支部" in text_of(response)


# Session, user, grants; bodies and their cut; the run and its counts; the names in the
# frame; the session kept alive.
KEPT = 12


def test_a_page_costs_the_same_for_any_number_of_records(
    act, users, branches, django_assert_num_queries, django_assert_max_num_queries
):
    client = act(users.manager)
    client.get(URL)
    with django_assert_num_queries(KEPT):
        client.get(URL)
    for n in range(30):
        make_organization(f"中共第{n}支部委员会", branches["西一"].jurisdiction, declared_members=1)
    with django_assert_num_queries(KEPT):
        client.get(URL)
    CheckRun.objects.update(state="")
    # Counted anew: a query for each ground, and keeping what was found.
    with django_assert_max_num_queries(25):
        client.get(URL)
    # Who sees a part only has it counted for him, or reads it beside what spans scopes.
    CheckRun.objects.update(state="")
    for person in (users.editor, users.township, users.manager, users.editor, users.township):
        client = act(person)
        with django_assert_max_num_queries(25):
            client.get(URL)


def test_kept_counts_hold_until_something_is_written(act, users, branches):
    client = act(users.manager)
    assert line(client.get(URL), "few-members").counts.open == 4
    # Written past the services, so nobody has heard of it.
    Organization.objects.filter(pk=branches["西一"].pk).update(declared_members=9)
    assert line(client.get(URL), "few-members").counts.open == 4
    branch = branches["白杨"]
    branch.declared_members = 9
    writing.write(branch, act=Act(users.editor), action="organization.change")
    assert line(client.get(URL), "few-members").counts.open == 2


@pytest.mark.parametrize("person", ["editor", "township", "west_editor", "reviewer", "viewer"])
def test_kept_counts_tell_each_person_what_counting_anew_would(person, users, branches):
    namesakes(branches, "白杨", "春泉", "西一")
    view = look(getattr(users, person))
    counted = summary.count(view, set())
    services.look_through(look(users.manager))
    assert summary.is_fresh(summary.last_run(view), view)
    assert summary.kept(view, set()) == counted


def test_kept_counts_do_not_tell_of_a_namesake_out_of_sight(users, branches):
    namesakes(branches, "白杨", "西一")
    services.look_through(look(users.manager))
    assert services.look_through(look(users.manager)).total("twice").open == 2
    assert services.look_through(look(users.editor)).total("twice").open == 0


def test_home_tells_each_what_he_must_mend_in_one_query(
    act, users, branches, tree, django_assert_num_queries
):
    assert "处记录必须改" not in text_of(act(users.editor).get("/"))
    services.look_through(look(users.manager))
    # Four branches are too small, and four have never had a secretary.
    assert "8 处记录必须改" in text_of(act(users.manager).get("/"))
    assert "6 处记录必须改" in text_of(act(users.editor).get("/"))
    assert f"{URL}?scope={tree.east.pk}" in act(users.editor).get("/").content.decode()
    assert "处记录必须改" not in text_of(act(users.viewer).get("/"))
    services.look_through(look(users.editor))  # his grants are read
    with django_assert_num_queries(1):
        assert summary.to_mend(users.editor, tree.east)[0] == 6


def test_the_list_can_be_searched_sorted_and_taken_along(act, users, branches):
    address = reverse("findings", args=["few-members"])
    client = act(users.manager)
    assert client.get(address, {"q": "白杨"}).context["count"] == 1
    ordered = client.get(address, {"sort": "-body"}).context["table"].data
    assert [row.name for row in ordered][0] == "西一小学党支部"
    heads, rows = sheet_rows(client.get(address, {"format": "xlsx"}))
    assert heads == ["序号", "记录", "管理主体", "问题"]
    assert len(rows) == 4
    assert rows[-1][1:3] == ["西一小学党支部", "西县教育局党委"]
    assert rows[-1][3].endswith("不足 3 人")


# -- written reasons ------------------------------------------------------------------------


@pytest.fixture
def address(branches):
    """The page where a reason is written why a branch has no term on record."""
    return reverse("explain", args=["term-unknown", branches["白杨"].pk])


def test_a_written_reason_moves_a_finding_to_those_explained(act, users, branches, address):
    client = act(users.township)
    assert "没有本届换届时间的记录" in text_of(client.get(address))
    response = client.post(address, {"text": "今年 9 月成立，12 月选举"}, follow=True)
    assert "已说明" in text_of(response)
    counts = line(client.get(URL), "term-unknown").counts
    assert (counts.open, counts.explained) == (1, 1)
    listed = reverse("findings", args=["term-unknown"])
    assert client.get(listed).context["count"] == 1
    told = client.get(listed, {"told": "told"})
    assert told.context["count"] == 1
    assert "今年 9 月成立，12 月选举（刘志强" in text_of(told)
    explanation = Explanation.objects.get()
    assert (explanation.author, explanation.year) == (users.township, timezone.localdate().year)
    entry = AuditEntry.objects.get(action="consistency.explain")
    assert "今年 9 月成立" in json.dumps(entry.changes, ensure_ascii=False)


def test_a_reason_can_be_changed_and_taken_back(act, users, branches, address):
    client = act(users.editor)
    client.post(address, {"text": "原因一"})
    client.post(address, {"text": "原因二"})
    assert Explanation.objects.get().text == "原因二"
    client.post(address, {"withdraw": "1"})
    assert not Explanation.objects.exists()
    assert Explanation.everything.get().withdrawn_at
    counts = line(client.get(URL), "term-unknown").counts
    assert (counts.open, counts.explained) == (3, 0)
    # And written again: the one taken back does not stand in the way.
    client.post(address, {"text": "原因三"})
    assert Explanation.objects.get().text == "原因三"


def test_a_reason_holds_for_its_year(users, branches):
    check, branch = CHECKS["term-unknown"], branches["白杨"]
    view = look(users.editor)
    services.explain(actor=users.editor, check=check, record=branch, look=view, text="原因")
    assert (
        summary.count(view, {"term-unknown"})["term-unknown"][branch.jurisdiction.path].explained
        == 1
    )
    later = Look(users.editor, view.day.replace(year=view.day.year + 1))
    counts = summary.count(later, {"term-unknown"})["term-unknown"][branch.jurisdiction.path]
    assert (counts.open, counts.explained) == (2, 0)


def test_an_empty_reason_is_refused(act, users, address):
    response = act(users.editor).post(address, {"text": "  "})
    assert response.status_code == 400
    assert "请写明原因" in text_of(response)
    assert not Explanation.objects.exists()


def test_reasons_are_refused_where_they_do_not_belong(act, users, branches, address):
    view, branch = look(users.editor), branches["白杨"]
    must = reverse("explain", args=["few-members", branch.pk])
    assert act(users.editor).get(must).status_code == 404
    with pytest.raises(ValidationError, match="不能用说明代替改正"):
        services.explain(
            actor=users.editor, check=CHECKS["few-members"], record=branch, look=view, text="原因"
        )
    # Somebody else's, one that may only be read, and one that is mended.
    assert act(users.west_editor).post(address, {"text": "原因"}).status_code == 404
    assert act(users.viewer).post(address, {"text": "原因"}).status_code == 403
    with pytest.raises(PermissionDenied):
        services.explain(
            actor=users.viewer, check=CHECKS["term-unknown"], record=branch, look=view, text="原因"
        )
    mended = reverse("explain", args=["large-branch", branch.pk])
    assert "没有这个问题了" in text_of(act(users.editor).get(mended, follow=True))
    assert not Explanation.objects.exists()


# -- the command ----------------------------------------------------------------------------


def test_the_command_prints_what_the_page_shows(users, branches, capsys):
    call_command("check_records", "--as", "editor", "--json", "--findings")
    told = json.loads(capsys.readouterr().out)
    found = {one["code"]: one for one in told["checks"]}
    assert set(found) == set(CHECKS)
    few = found["few-members"]
    assert (few["open"], few["explained"], few["severity"]) == (3, 0, "must")
    assert {one["body"] for one in few["findings"]} == {"东区白杨镇党委", "东区教育局党委"}
    call_command("check_records", "--as", "editor", "--scope", "东区白杨镇党委")
    printed = capsys.readouterr().out
    assert re.search(r"正式党员不足 3 人的党支部 +必须改 +2 +0", printed)
    assert f"核对 {len(CHECKS)} 项" in printed


def test_the_command_refuses_in_words(users):
    for given, words in (
        (("nobody",), "没有名为"),
        (("stranger",), "没有可查看的范围"),
        (("editor", "--scope", "西县"), "范围内没有“西县”"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("check_records", "--as", *given)
