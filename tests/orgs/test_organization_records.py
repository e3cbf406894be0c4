"""Organizations, terms and posts kept in the browser."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from orgs.models import Organization, OrgKind, Post, PostKind, Term
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member

D = datetime.date


@pytest.fixture
def schools(tree):
    return [
        make_school(f"东区第{n}小学", tree.east_edu, tree.places["990102"])
        for n in "一二三四五六七"
    ]


@pytest.fixture
def branch(tree, schools):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=schools[0])


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


def page(name, *args):
    return reverse(name, args=args)


def data_of(client, name, record, **changes):
    """Return what a browser sends for the edit form of `record` as it stands."""
    form = client.get(page(f"{name}_edit", record.pk)).context["form"]
    data = {key: value for key, value in form.values().items() if value not in (None, False)}
    return {**data, "version": record.version, **changes}


def errors(response):
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def test_an_organization_is_corrected_with_its_covered_schools(editor, branch, schools):
    data = data_of(
        editor,
        "organization",
        branch,
        covered_schools=["东区第二小学", "东区第三小学", ""],
        contact="周敏",
    )
    response = editor.post(page("organization_edit", branch.pk), data)
    assert response.url == page("organization", branch.pk)
    branch.refresh_from_db()
    assert branch.contact == "周敏"
    assert set(branch.covered_schools.all()) == set(schools[1:3])
    revision = Revision.objects.get()
    assert revision.changes["另外覆盖的学校"] == ["无", "东区第三小学、东区第二小学"]
    shown = editor.get(page("organization_history", branch.pk)).content.decode()
    assert "东区第三小学、东区第二小学" in shown


def test_covered_schools_alone_make_a_revision_and_none_make_none(editor, branch):
    address = page("organization_edit", branch.pk)
    editor.post(address, data_of(editor, "organization", branch, covered_schools=["东区第二小学"]))
    branch.refresh_from_db()
    assert branch.version == 2
    editor.post(address, data_of(editor, "organization", branch))
    branch.refresh_from_db()
    assert branch.version == 2
    assert branch.covered_schools.count() == 1
    editor.post(address, data_of(editor, "organization", branch, covered_schools=[]))
    assert not branch.covered_schools.exists()


@pytest.mark.parametrize(
    ("covered", "approval", "refused"),
    [
        ([], "", "至少覆盖 2 所学校"),
        (["东区第二小学"], "", ""),
        ([f"东区第{n}小学" for n in "二三四五"], "", ""),
        ([f"东区第{n}小学" for n in "二三四五六"], "", "一般不超过 5 个单位，现在是 6 个"),
        ([f"东区第{n}小学" for n in "二三四五六"], "东教党〔2024〕3号", ""),
        (["东区第九小学"], "", "没有找到“东区第九小学”"),
    ],
)
def test_a_joint_branch_covers_two_to_five_units(editor, branch, covered, approval, refused):
    data = data_of(
        editor,
        "organization",
        branch,
        kind=OrgKind.JOINT_BRANCH,
        covered_schools=covered,
        setup_approval=approval,
        reason="录错了类别",
    )
    response = editor.post(page("organization_edit", branch.pk), data)
    if refused:
        assert refused in errors(response)["covered_schools"]
        # Nothing typed is lost.
        assert all(f'value="{name}"' in response.content.decode() for name in covered)
    else:
        assert response.status_code == 302


def test_an_organization_with_members_is_dissolved_not_withdrawn(editor, branch):
    member = make_member("何建国", branch)
    address = page("organization_withdraw", branch.pk)
    response = editor.post(address, {"version": 1, "reason": "重复"})
    assert "名下还有党员 1 名" in response.content.decode()
    member.delete()
    editor.post(address, {"version": 1, "reason": "重复"})
    assert not Organization.objects.exists()


def term_data(**changes):
    return {
        "organization": "东区第一小学党支部 — 东区教育局党委",
        "elected_on": "2021.05.21",
        **changes,
    }


def test_a_past_term_is_added_with_the_years_of_its_kind(editor, branch):
    form = editor.get(f"{page('term_new')}?organization={branch.pk}").context["form"]
    assert form.initial["organization"] == "东区第一小学党支部 — 东区教育局党委"
    response = editor.post(page("term_new"), term_data())
    assert response.url == f"{page('organization', branch.pk)}#terms"
    term = Term.objects.get()
    assert (term.elected_on, term.years) == (D(2021, 5, 21), 3)
    Organization.objects.update(kind=OrgKind.COMMITTEE)
    editor.post(page("term_new"), term_data(elected_on="2016-05-21"))
    assert Term.objects.get(elected_on=D(2016, 5, 21)).years == 5


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"elected_on": "2009-09-01"}, "elected_on", "早于成立时间（2010-09-01）"),
        ({"entitled": "10", "present": "7"}, "present", "不足五分之四（8 人），选举无效"),
        ({"entitled": "10", "present": "11"}, "present", "实到 11 人多于有选举权的 10 人"),
        ({"seats": "3", "candidates": "2"}, "candidates", "少于应选 3 人"),
        ({"extended_to": "2024-05-21"}, "extended_to", "延期要晚于届满日 2024-05-21"),
        (
            {"extended_to": "2025-05-22", "extension_document": "批"},
            "extended_to",
            "最晚到 2025-05-21",
        ),
        ({"extended_to": "2025-05-21"}, "extension_document", "请填批复文号"),
    ],
)
def test_a_term_against_the_rules_is_refused_at_its_field(editor, branch, changes, field, words):
    response = editor.post(page("term_new"), term_data(**changes))
    assert words in errors(response)[field]
    assert not Term.objects.exists()


def test_four_fifths_and_a_year_are_just_enough(editor, branch):
    data = term_data(
        entitled="10", present="8", extended_to="2025-05-21", extension_document="东教党〔2024〕9号"
    )
    editor.post(page("term_new"), data)
    assert Term.objects.get().extended_to == D(2025, 5, 21)


def test_two_terms_of_one_day_are_refused(editor, branch):
    editor.post(page("term_new"), term_data())
    response = editor.post(page("term_new"), term_data())
    assert "同一天换届的任期" in str(errors(response))
    other = Term.objects.create(organization=branch, elected_on=D(2024, 5, 21))
    data = data_of(editor, "term", other, elected_on="2021-05-21", reason="录错")
    assert "同一天换届的任期" in str(errors(editor.post(page("term_edit", other.pk), data)))


def post_data(**changes):
    return {
        "organization": "东区第一小学党支部 — 东区教育局党委",
        "kind": PostKind.SECRETARY,
        "holder": "何 建国",
        "start": "2020-09-01",
        "end": "2023-09-01",
        "end_reason": "moved",
        **changes,
    }


def test_a_post_is_joined_to_the_member_of_that_name(editor, branch):
    member = make_member("何建国", branch)
    editor.post(page("post_new"), post_data())
    post = Post.objects.get()
    assert (post.holder, post.member) == ("何建国", member)
    entry = AuditEntry.objects.get(action="post.create")
    assert entry.object_label == str(post)


def test_two_members_of_one_name_are_not_guessed_between(editor, branch):
    make_member("何建国", branch, 1)
    make_member("何建国", branch, 2)
    editor.post(page("post_new"), post_data())
    assert Post.objects.get().member is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start": "2023-08-31", "end": "2024-01-01"}, "start", "同一时间已有书记孙丽华"),
        ({"start": "2023-09-01", "end": "2023-08-01"}, "", "免职时间不能早于任职时间"),
        ({"start": "2009-01-01"}, "start", "早于成立时间"),
        ({"end": ""}, "end", "请填免职时间"),
        ({"kind": PostKind.DISCIPLINE, "basis": "appointed"}, "basis", "上级只能任命书记、副书记"),
    ],
)
def test_a_post_against_the_rules_is_refused_at_its_field(editor, branch, changes, field, words):
    Post.objects.create(
        organization=branch, kind=PostKind.SECRETARY, holder="孙丽华", start=D(2023, 9, 1)
    )
    found = errors(editor.post(page("post_new"), post_data(**changes)))
    assert words in found[field or "__all__"]
    assert Post.objects.count() == 1


def test_a_secretary_may_follow_on_the_day_the_other_leaves(editor, branch):
    Post.objects.create(
        organization=branch, kind=PostKind.SECRETARY, holder="孙丽华", start=D(2023, 9, 1)
    )
    assert editor.post(page("post_new"), post_data()).status_code == 302


def test_an_organization_of_others_cannot_be_chosen(editor, tree, branch):
    make_organization("中共西县第一中学支部委员会", tree.west_edu)
    data = term_data(organization="西县第一中学党支部 — 西县教育局党委")
    assert "没有找到" in errors(editor.post(page("term_new"), data))["organization"]


def test_the_page_offers_to_change_only_to_those_who_may(client, users, branch):
    Term.objects.create(organization=branch, elected_on=D(2024, 5, 21))
    address = page("organization", branch.pk)
    client.force_login(users.editor)
    text = client.get(address).content.decode()
    assert page("organization_edit", branch.pk) in text
    assert "补登以前的任期" in text
    client.force_login(users.viewer)
    text = client.get(address).content.decode()
    assert page("organization_edit", branch.pk) not in text
    assert "补登以前的任期" not in text
    assert page("organization_history", branch.pk) in text
