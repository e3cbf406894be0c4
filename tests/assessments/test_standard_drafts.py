"""A draft of a standard: copied, changed part by part, refused, published, and then closed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Conflict, revisions
from accounts.models import AuditEntry
from assessments.editing import services, trial
from assessments.editing.models import StandardDraft
from assessments.models import Cycle, Standard
from assessments.standards import StandardError, load_standard
from assessments.standards.content import as_yaml, content_of, ordered
from assessments.standards.parameters import parameters
from tests.assessments.standard_city import build_city
from tests.assessments.test_standard_pages import text_of
from tests.conftest import make_user


@pytest.fixture
def city(tree):
    return build_city(tree)


@pytest.fixture
def draft(users, city):
    return services.begin(actor=users.manager, based_on=city[0])


@pytest.fixture
def desk(client, users):
    client.force_login(users.manager)
    return client


def data_of(response):
    """Return what a browser would send back for the form of a desk, unchanged."""
    form = response.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value is not None and value is not False:
            data[bound.html_name] = value
    return data


def change(draft, **values):
    """Change a draft behind the pages."""
    draft.content = ordered(draft.content | values)
    draft.save()
    return draft


def ready(draft, **values):
    return change(draft, document="云教党〔2026〕5 号", pass_line="90", **values)


def url(draft, part):
    return reverse(f"standard_draft_{part}", args=[draft.pk])


# -- copying ----------------------------------------------------------------------------


def test_a_version_is_copied_whole(desk, city):
    standard, *_ = city
    response = desk.post(reverse("standard_draft_new", args=[standard.pk]))
    draft = StandardDraft.objects.get()
    assert response.url == reverse("standard_draft", args=[draft.pk])
    changed = {k: v for k, v in draft.content.items() if v != content_of(standard)[k]}
    assert changed == {"edition": "2026", "effective_year": 2026}
    assert AuditEntry.objects.filter(action="standard_draft.create").count() == 1
    # A second copy takes another version.
    desk.post(reverse("standard_draft_new", args=[standard.pk]))
    assert StandardDraft.objects.first().content["edition"] == "2027"


def test_a_manager_of_one_county_makes_no_standard(client, tree, city, draft):
    county = make_user("county_manager", ("manager", tree.east))
    with pytest.raises(PermissionDenied):
        services.begin(actor=county, based_on=city[0])
    client.force_login(county)
    response = client.get(reverse("standard_draft", args=[draft.pk]))
    assert response.status_code == 403
    assert "修订稿" not in text_of(client.get(reverse("standard_versions")))


def test_a_draft_knows_the_parameters_declared_since_it_was_begun(desk, draft):
    del draft.content["parameters.quarter_days"]
    draft.save()
    draft.refresh_from_db()
    assert draft.content["parameters.quarter_days"] == 45
    assert desk.get(url(draft, "trial")).status_code == 200


# -- changing ---------------------------------------------------------------------------


def test_every_part_opens_and_saves_unchanged(desk, draft):
    for part in ("edit", "points", "parameters", "vetoes"):
        response = desk.get(url(draft, part))
        assert response.status_code == 200
        response = desk.post(url(draft, part), data_of(response))
        assert response.status_code == 302, (part, response.context["form"].errors)
    address = reverse("standard_draft_indicator", args=[draft.pk, "B1"])
    assert desk.post(address, data_of(desk.get(address))).status_code == 302
    draft.refresh_from_db()
    assert draft.version == 1


def test_points_names_orders_and_what_is_listed(desk, draft):
    data = data_of(desk.get(url(draft, "points")))
    data |= {
        "indicators.F4.points": "39.5",
        "indicators.F4.name": " 党建与教学融合 ",
        "indicators.F5.order": "0",
        "indicators.B2.included": "on",
        "categories.F.name": "作用发挥",
        "reason": "按会议意见",
    }
    del data["indicators.G3.included"]
    assert desk.post(url(draft, "points"), data).status_code == 302
    draft.refresh_from_db()
    content = draft.content
    assert content["indicators.F4.points"] == "39.5"
    assert content["indicators.F4.name"] == "党建与教学融合"
    assert (content["indicators.F5.order"], content["indicators.F4.order"]) == (1, 2)
    assert (content["indicators.B2.included"], content["indicators.G3.included"]) == (True, False)
    assert content["categories.F.name"] == "作用发挥"
    # One entry of the log, one revision, path by path in words.
    entry = AuditEntry.objects.get(action="standard_draft.change")
    assert entry.changes["指标 F4 分值"] == ["40 分", "39.5 分"]
    assert entry.changes["理由"] == "按会议意见"
    revision = revisions(draft).first()
    assert revision.changes["content:indicators.G3.included"] == [True, False]
    text = text_of(desk.get(url(draft, "history")))
    assert "指标 G3 列入 列入→不列入" in text


def test_parameters_come_from_their_declarations(desk, draft):
    """Whatever is declared in the file has its field, with its meaning and its range."""
    text = text_of(desk.get(url(draft, "parameters")))
    for one in parameters().values():
        assert one.meaning in text
    data = data_of(desk.get(url(draft, "parameters")))
    data |= {
        "parameters.secretary_vacancy_days": "20，40, 60",
        "parameters.vacation_months": ["2", "8"],
        "parameters.lecture_periods": "2",
        "parameters.attendance_full": "95",
        "parameters.plan_deadline": "4 月 15 日",
    }
    assert desk.post(url(draft, "parameters"), data).status_code == 302
    draft.refresh_from_db()
    found = [
        draft.content[f"parameters.{name}"]
        for name in (
            "secretary_vacancy_days",
            "vacation_months",
            "lecture_periods",
            "attendance_full",
            "plan_deadline",
        )
    ]
    assert found == [[20, 40, 60], [2, 8], 2, 95, [4, 15]]


@pytest.mark.parametrize(
    ("part", "typed", "field", "said"),
    [
        ("points", {"indicators.F4.points": "many"}, "indicators.F4.points", "请写一个数"),
        ("points", {"indicators.F4.points": "0"}, "indicators.F4.points", "0.01 到 100"),
        ("points", {"indicators.F4.points": "4.555"}, "indicators.F4.points", "最多两位小数"),
        ("points", {"indicators.F4.name": ""}, "indicators.F4.name", "请填写"),
        ("points", {"indicators.F4.order": "x"}, "indicators.F4.order", "请写一个整数"),
        ("edit", {"pass_line": "70"}, "near_line", "基本达标线不能高于达标线"),
        ("edit", {"pass_line": "101"}, "pass_line", "应在 0 到 100 之间"),
        ("edit", {"edition": "2025"}, "edition", "版本 2025 已经有了"),
        ("edit", {"effective_year": "26"}, "effective_year", "2000 到 2100"),
        ("vetoes", {"vetoes.V1.condition": ""}, "vetoes.V1.condition", "请填写"),
        (
            "parameters",
            {"parameters.secretary_vacancy_days": "90、60、30"},
            "parameters.secretary_vacancy_days",
            "由低到高",
        ),
        (
            "parameters",
            {"parameters.secretary_vacancy_days": "三十"},
            "parameters.secretary_vacancy_days",
            "请写整数",
        ),
        (
            "parameters",
            {"parameters.secretary_vacancy_days": "30"},
            "parameters.secretary_vacancy_days",
            "应写 3 个数",
        ),
        ("parameters", {"parameters.group_members": "-1"}, "parameters.group_members", "3 至 100"),
        (
            "parameters",
            {"parameters.attendance_low": "91"},
            "parameters.attendance_low",
            "不能大于",
        ),
        (
            "parameters",
            {"parameters.plan_deadline": "2-30"},
            "parameters.plan_deadline",
            "一年中的",
        ),
        ("parameters", {"parameters.lecture_periods": "3"}, "parameters.lecture_periods", "有效"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(desk, draft, part, typed, field, said):
    data = data_of(desk.get(url(draft, part))) | typed
    response = desk.post(url(draft, part), data)
    assert response.status_code == 400
    form = response.context["form"]
    assert said in "".join(form.errors[field]), form.errors
    # What was typed stands in the page again.
    name, value = next(iter(typed.items()))
    assert form[name].value() == value
    draft.refresh_from_db()
    assert draft.version == 1


def test_whoever_rolls_up_must_be_among_those_it_applies_to(desk, draft):
    address = reverse("standard_draft_indicator", args=[draft.pk, "C5"])
    data = data_of(desk.get(address))
    data["indicators.C5.applies"] = ["B", "J"]
    response = desk.post(address, data)
    assert "也要在适用里勾选" in text_of(response)
    data["indicators.C5.rolls_up"] = []
    assert desk.post(address, data).status_code == 302
    assert desk.get(reverse("standard_draft_indicator", args=[draft.pk, "X9"])).status_code == 404


def test_two_editors_of_one_field_are_asked(desk, draft, users):
    opened = data_of(desk.get(url(draft, "points")))
    assert (
        desk.post(url(draft, "points"), opened | {"indicators.F4.points": "30"}).status_code == 302
    )
    late = opened | {"indicators.F4.points": "35", "indicators.G1.points": "25"}
    response = desk.post(url(draft, "points"), late)
    assert response.status_code == 409
    text = text_of(response)
    assert "指标 F4 分值" in text
    clash = response.context["clash"]
    assert [(line.opened, line.stored, line.typed) for line in clash.lines] == [("40", "30", "35")]
    answer = late | {"seen": "2", "use-indicators.F4.points": "stored"}
    assert desk.post(url(draft, "points"), answer).status_code == 302
    draft.refresh_from_db()
    assert draft.content["indicators.F4.points"] == "30"
    assert draft.content["indicators.G1.points"] == "25"


def test_two_editors_of_different_parts_do_not_meet(desk, draft):
    opened = data_of(desk.get(url(draft, "edit")))
    points = data_of(desk.get(url(draft, "points"))) | {"indicators.F4.points": "30"}
    assert desk.post(url(draft, "points"), points).status_code == 302
    assert desk.post(url(draft, "edit"), opened | {"document": "一号"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.content["indicators.F4.points"], draft.content["document"]) == ("30", "一号")
    assert draft.version == 3


def test_the_page_of_a_draft_says_what_is_wrong_and_what_differs(desk, draft):
    change(draft, **{"indicators.F4.points": "41"})
    text = text_of(desk.get(reverse("standard_draft", args=[draft.pk])))
    assert "4 项，合计 101 分" in text
    assert "各项分值之和为 101，应为 100。" in text
    assert "还没有填文号。" in text
    assert "指标 F4 分值40 分41 分" in text
    assert "计分办法的文字没有改，请再看一看：F4。" in text
    response = desk.get(reverse("standard_draft", args=[draft.pk]), {"format": "xlsx"})
    assert response["Content-Type"].endswith("sheet")


# -- trying and publishing ---------------------------------------------------------------


def test_from_the_copy_to_the_published_version(desk, draft, city, users, tmp_path):
    old, cycle, _ = city
    ready(draft)
    address = url(draft, "trial")
    assert "还没有按现在的内容试算" in text_of(desk.get(address))
    assert desk.post(address).status_code == 302
    text = text_of(desk.get(address))
    assert "50%（2 / 4）→ 25%（1 / 4）；新达标 0 个，不再达标 1 个" in text
    assert "中共乙小学支部委员会" in text
    assert desk.get(address, {"format": "xlsx"}).status_code == 200
    response = desk.post(url(draft, "publish"), {"version": str(draft.version)})
    published = Standard.objects.get(version="2026")
    assert response.url == f"{reverse('standard')}?version={published.pk}"
    assert (published.pass_line, published.document) == (90, "云教党〔2026〕5 号")
    assert (published.published_by, published.effective_year) == (users.manager, 2026)
    assert content_of(published) == draft.content
    entry = AuditEntry.objects.get(action="standard.publish")
    assert entry.changes["原版本"] == str(old)
    # The year keeps its version and its results.
    cycle.refresh_from_db()
    assert cycle.standard == old
    # Neither the draft nor the version can be changed any more.
    for part in ("edit", "points", "parameters", "vetoes", "publish", "withdraw"):
        assert desk.get(url(draft, part)).status_code == 403
    path = tmp_path / "2026.yaml"
    path.write_text(as_yaml(content_of(published)).replace("pass_line: 90", "pass_line: 91"))
    with pytest.raises(StandardError, match="已经发布，不能再改"):
        load_standard(path)
    # The file of the page loads unchanged.
    path.write_bytes(desk.get(reverse("standard_file", args=[published.pk])).content)
    assert load_standard(path) == (published, False)
    # Both versions side by side.
    response = desk.get(reverse("standard_differences"), {"old": old.pk, "new": published.pk})
    assert "达标线85 分90 分" in text_of(response)
    query = {"old": old.pk, "new": published.pk, "format": "xlsx"}
    assert desk.get(reverse("standard_differences"), query).status_code == 200


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"indicators.F4.points": "39"}, "各项分值之和为 99，应为 100"),
        ({"document": ""}, "还没有填文号"),
        ({"effective_year": None}, "还没有填施行年度"),
        ({"edition": "2025"}, "版本 2025 已经有了"),
        ({"pass_line": "60"}, "由低到高"),
        ({"parameters.attendance_full": 150, "pass_line": "90"}, "attendance_full"),
    ],
)
def test_a_draft_that_is_not_sound_is_not_published(desk, draft, city, users, values, said):
    ready(draft)
    trial.run(draft.content, city[1])
    change(draft, **values)
    response = desk.post(url(draft, "publish"))
    assert response.status_code == 400
    assert said in text_of(response)
    assert Standard.objects.count() == 1


def test_a_draft_is_tried_before_it_is_published(draft, city, users):
    ready(draft)
    with pytest.raises(ValidationError, match="请先试算"):
        services.publish(actor=users.manager, draft=draft)
    trial.run(draft.content, city[1])
    change(draft, pass_line="91")
    with pytest.raises(ValidationError, match="请先试算"):
        services.publish(actor=users.manager, draft=draft)


def test_a_draft_without_a_difference_is_not_published(draft, city, users):
    change(draft, document="一号")
    trial.run(draft.content, city[1])
    with pytest.raises(ValidationError, match="没有差别"):
        services.publish(actor=users.manager, draft=draft)


def test_what_was_changed_meanwhile_is_not_published_unseen(draft, city, users):
    ready(draft)
    trial.run(draft.content, city[1])
    with pytest.raises(Conflict):
        services.publish(actor=users.manager, draft=draft, expected=draft.version - 1)
    services.publish(actor=users.manager, draft=draft, expected=draft.version)
    with pytest.raises(ValidationError, match="已经发布"):
        services.publish(actor=users.manager, draft=draft)


def test_an_unsound_draft_has_no_trial(desk, draft):
    change(draft, **{"indicators.F4.points": "41"})
    text = text_of(desk.post(url(draft, "trial"), follow=True))
    assert "先改正下面 1 处，才能试算" in text


def test_a_withdrawn_draft_comes_back(desk, draft):
    assert desk.post(url(draft, "withdraw"), {"reason": "不改了"}).status_code == 302
    assert not StandardDraft.objects.exists()
    assert "已经撤回" in text_of(desk.get(reverse("standard_draft", args=[draft.pk])))
    assert desk.post(url(draft, "restore"), {"what": "record"}).status_code == 302
    assert StandardDraft.objects.get() == draft


# -- which version a year uses -------------------------------------------------------------


@pytest.fixture
def second(draft, city, users):
    """A version with a line of 90 that is already in force."""
    ready(draft, effective_year=2025)
    trial.run(draft.content, city[1])
    return services.publish(actor=users.manager, draft=draft)


def test_an_open_year_is_given_another_version(desk, city, second):
    _, cycle, branches = city
    address = f"{reverse('cycle_standard', args=[2025])}?standard={second.pk}"
    response = desk.post(address, {"change": "1", "reason": ""})
    assert response.status_code == 400
    assert "请写明换标准的理由" in text_of(response)
    response = desk.post(address, {"change": "1", "reason": "按新文件执行"})
    assert response.url == reverse("cycles")
    cycle.refresh_from_db()
    assert cycle.standard == second
    assert branches["乙"].assessments.get().verdict == "nearly"
    entry = AuditEntry.objects.get(action="cycle.standard")
    assert entry.changes["理由"] == "按新文件执行"
    assert AuditEntry.objects.filter(action="cycle.score").count() == 2


def test_the_consequences_are_seen_first(desk, city, second, users):
    from assessments.editing.models import Trial

    _, cycle, _ = city
    Trial.objects.all().delete()
    with pytest.raises(ValidationError, match="请先试算"):
        services.change_standard(
            actor=users.manager, cycle=cycle, standard=second, reason="按新文件"
        )
    address = f"{reverse('cycle_standard', args=[2025])}?standard={second.pk}"
    assert "2025 年度改用" not in text_of(desk.get(address)).split("还没有按现在的内容试算")[-1]
    desk.post(address)
    assert "不再达标 1 个" in text_of(desk.get(address))


def test_a_confirmed_year_never_changes_its_version(desk, city, second, users):
    _, cycle, _ = city
    Cycle.objects.update(state=Cycle.State.CONFIRMED, confirmed_on="2026-04-18")
    with pytest.raises(ValidationError, match="标准不能再换"):
        services.change_standard(
            actor=users.manager, cycle=cycle, standard=second, reason="按新文件"
        )
    response = desk.get(reverse("cycle_standard", args=[2025]), follow=True)
    assert "标准不能再换" in response.content.decode()
    cycle.refresh_from_db()
    assert cycle.standard != second


def test_a_version_is_not_used_before_its_year(city, second, users):
    _, cycle, _ = city
    Standard.objects.filter(pk=second.pk).update(effective_year=2026)
    second.refresh_from_db()
    with pytest.raises(ValidationError, match="早一年不能用"):
        services.change_standard(
            actor=users.manager, cycle=cycle, standard=second, reason="按新文件"
        )
    assert Standard.newest_for(2025) == city[0]
    assert Standard.newest_for(2026) == second
