"""Elections, extensions, by-elections, appointments and leaving, with their rules."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act
from accounts.models import AuditEntry, Revision
from orgs.models import Organization, Post, PostEnd, PostKind, Term
from orgs.services_tenure import Elected, appoint, elect, extend, leave
from schools.models import Jurisdiction, JurisdictionKind
from tests.conftest import make_organization, make_school, make_user
from tests.orgs.records import make_member

D = datetime.date
K = PostKind


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def act(users):
    return Act(users.manager, source="测试")


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    for number, name in enumerate("甲乙丙丁戊己庚辛壬癸"):
        make_member(f"党员{name}", branch, number, confirmed_on=D(2015, 7, 1))
    Term.objects.create(organization=branch, elected_on=D(2023, 10, 20))
    for kind, holder in ((K.SECRETARY, "党员甲"), (K.ORGANIZATION, "党员乙")):
        Post.objects.create(organization=branch, kind=kind, holder=holder, start=D(2023, 10, 20))
    return branch


def page(name, *args):
    return reverse(name, args=args)


def held(branch, day):
    posts = branch.posts.filter(start__lte=day).exclude(end__lte=day)
    return {(post.get_kind_display(), post.holder) for post in posts}


def data(**changes):
    return {
        "elected_on": "2026-11-10",
        "years": "3",
        "entitled": "10",
        "present": "9",
        "seats": "3",
        "candidates": "4",
        "document": "东教党〔2026〕21号",
        "secretary": "党员丙",
        "organization": "党 员乙",
        "publicity": "党员丁",
        "discipline": "",
        "version": "1",
        **changes,
    }


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


def errors(response):
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def test_an_election_begins_a_term_and_ends_the_posts_of_the_old_one(editor, branch):
    response = editor.post(page("organization_election", branch.pk), data(), follow=True)
    assert "本届 2026-11-10 至 2029-11-10，班子 3 人" in response.content.decode()
    term = branch.terms.order_by("-elected_on").first()
    assert (term.years, term.entitled, term.present, term.seats) == (3, 10, 9, 3)
    assert held(branch, D(2026, 11, 9)) == {("书记", "党员甲"), ("组织委员", "党员乙")}
    now = {("书记", "党员丙"), ("组织委员", "党员乙"), ("宣传委员", "党员丁")}
    assert held(branch, D(2026, 11, 10)) == now
    old = branch.posts.get(kind=K.SECRETARY, holder="党员甲")
    assert (old.end, old.end_reason) == (D(2026, 11, 10), PostEnd.TERM_OVER)
    new = branch.posts.get(kind=K.SECRETARY, holder="党员丙")
    assert new.member.name == "党员丙"
    entry = AuditEntry.objects.get(action="term.elect")
    assert entry.changes["选举"] == "有选举权 10 人，实到 9 人，候选人 4 人，应选 3 人"
    # One entry, one revision for each record written.
    assert Revision.objects.count() == 1 + 3 + 2


def test_the_form_starts_from_the_present_state(editor, branch):
    form = editor.get(page("organization_election", branch.pk)).context["form"]
    assert form.initial == {
        "years": 3,
        "entitled": 10,
        "secretary": "党员甲",
        "organization": "党员乙",
        "is_principal": False,
        "in_management": False,
    }
    Organization.objects.update(kind="committee")
    form = editor.get(page("organization_election", branch.pk)).context["form"]
    assert form.initial["years"] == 5


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"present": "7"}, "present", "不足五分之四（8 人），选举无效"),
        ({"present": "11"}, "present", "多于有选举权的 10 人"),
        ({"candidates": "2"}, "candidates", "少于应选 3 人"),
        ({"elected_on": "2026-11-13"}, "elected_on", "晚于今天"),
        ({"elected_on": "2023-10-20"}, "elected_on", "2023-10-20 已经有一届"),
        ({"elected_on": "2020-10-20"}, "elected_on", "补登以前的任期"),
        ({"secretary": ""}, "secretary", "请填写书记"),
    ],
)
def test_an_election_against_the_rules_is_refused_at_its_field(
    editor, branch, changes, field, words
):
    response = editor.post(page("organization_election", branch.pk), data(**changes))
    assert words in errors(response)[field]
    assert 'value="党员丁"' in response.content.decode()
    assert branch.terms.count() == 1
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"candidates": "3"}, "候选人不少于 4 人"),
        ({"years": "5"}, "党支部一届一般 3 年，填的是 5 年"),
        ({"publicity": "无名氏"}, "没有叫“无名氏”的党员，或者不止一名"),
        ({"organization": "", "publicity": ""}, "班子成员 1 人，一般为 3 至 7 人"),
        (
            {"entitled": "6", "present": "6"},
            "正式党员 6 人，不满 7 人的支部一般只设书记",
        ),
    ],
)
def test_what_the_rules_advise_against_must_be_confirmed(editor, branch, changes, words):
    address = page("organization_election", branch.pk)
    response = editor.post(address, data(**changes))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert branch.terms.count() == 1
    assert editor.post(address, data(**changes, confirmed="on")).status_code == 302
    assert branch.terms.count() == 2


def test_a_probationary_member_cannot_be_elected(editor, branch):
    branch.members.filter(name="党员丁").update(status="probationary")
    response = editor.post(page("organization_election", branch.pk), data())
    assert "党员丁是预备党员，只有正式党员可以任职" in errors(response)["publicity"]
    assert branch.terms.count() == 1


def test_a_secretary_of_less_than_a_year_of_party_age_must_be_confirmed(editor, branch):
    branch.members.filter(name="党员丙").update(confirmed_on=D(2025, 11, 11))
    response = editor.post(page("organization_election", branch.pk), data())
    assert "到任职时党龄不满一年" in response.content.decode()
    branch.members.filter(name="党员丙").update(confirmed_on=D(2025, 11, 10))
    assert editor.post(page("organization_election", branch.pk), data()).status_code == 302


def test_sending_the_same_election_twice_stores_it_once(editor, branch):
    address = page("organization_election", branch.pk)
    editor.post(address, data())
    assert "已经有一届" in errors(editor.post(address, data()))["elected_on"]
    assert branch.terms.count() == 2


def test_an_election_is_not_entered_under_a_later_secretary(branch, act):
    """A by-election after the day of the election: the two would be in post at once."""
    Post.objects.filter(kind=K.SECRETARY).update(end=D(2026, 11, 1))
    Post.objects.create(
        organization=branch, kind=K.SECRETARY, holder="党员己", start=D(2026, 11, 5)
    )
    with pytest.raises(ValidationError, match="同一时间已有书记党员己"):
        elect(
            organization=branch,
            term=Term(elected_on=D(2026, 10, 20), years=3),
            elected=[Elected(K.SECRETARY, "党员丙")],
            act=act,
        )


# -- extensions -----------------------------------------------------------------------------


def test_an_extension_needs_its_paper_and_lasts_a_year_at_most(editor, branch):
    address = page("organization_extension", branch.pk)
    form = editor.get(address).context["form"]
    assert form.initial["extended_to"] == D(2027, 10, 20)
    sent = {"extended_to": "2027-10-21", "document": "东教党〔2026〕30号", "version": 1}
    assert "最晚到 2027-10-20" in errors(editor.post(address, sent))["extended_to"]
    sent["extended_to"] = "2027-10-20"
    assert "document" in errors(editor.post(address, sent | {"document": ""}))
    editor.post(address, sent)
    term = Term.objects.get()
    assert (term.extended_to, term.extension_document) == (D(2027, 10, 20), "东教党〔2026〕30号")
    assert AuditEntry.objects.get(action="term.extend").changes["延期至"] == [None, "2027-10-20"]


def test_without_a_term_there_is_nothing_to_extend(editor, tree):
    bare = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    text = editor.get(page("organization_extension", bare.pk)).content.decode()
    assert "没有填报本届任期" in text


def test_a_school_does_not_extend_its_own_term(tree, branch):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.east_edu.pk),
        instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    Organization.objects.update(jurisdiction=leaf)
    act = Act(make_user("own_school", ("editor", leaf)))
    term = Term.objects.select_related("organization__jurisdiction").get()
    with pytest.raises(PermissionDenied):
        extend(term=term, extended_to=D(2027, 1, 1), document="批", act=act)


# -- single posts ---------------------------------------------------------------------------


def post_data(branch, **changes):
    secretary = branch.posts.get(kind=K.SECRETARY)
    return {
        "kind": "secretary",
        "way": "by_election",
        "holder": "党员丙",
        "start": "2026-10-01",
        "leaving": [str(secretary.pk)],
        "why": "retired",
        "version": 1,
        **changes,
    }


def test_a_successor_and_the_one_who_leaves_in_one_act(editor, branch):
    editor.post(page("organization_appointment", branch.pk), post_data(branch))
    assert ("书记", "党员甲") in held(branch, D(2026, 9, 30))
    assert ("书记", "党员丙") in held(branch, D(2026, 10, 1))
    assert ("书记", "党员甲") not in held(branch, D(2026, 10, 1))
    old = branch.posts.get(holder="党员甲")
    assert (old.end_reason, AuditEntry.objects.filter(action="post.appoint").count()) == (
        PostEnd.RETIRED,
        1,
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"leaving": []}, "start", "同一时间已有书记党员甲"),
        ({"start": "2023-10-01"}, "leaving", "早于党员甲的任职时间"),
        ({"way": "appointed"}, "document", "请填上级任命的文号"),
        (
            {"way": "appointed", "kind": "discipline", "leaving": [], "document": "批"},
            "kind",
            "上级只能任命书记、副书记",
        ),
        ({"kind": "organization", "holder": "党员乙", "leaving": []}, "holder", "已经任这个职务"),
    ],
)
def test_a_post_against_the_rules_is_refused_and_nobody_leaves(
    editor, branch, changes, field, words
):
    response = editor.post(
        page("organization_appointment", branch.pk), post_data(branch, **changes)
    )
    assert words in errors(response)[field]
    assert not branch.posts.exclude(end=None).exists()
    assert branch.posts.count() == 2


def test_acting_without_a_paper_must_be_confirmed(editor, branch):
    address = page("organization_appointment", branch.pk)
    sent = post_data(branch, way="acting")
    assert "考评时书记仍算空缺" in editor.post(address, sent).content.decode()
    editor.post(address, sent | {"confirmed": "on"})
    post = branch.posts.get(holder="党员丙")
    assert (post.is_acting, post.basis) == (True, "")


def test_leaving_a_post(editor, branch):
    post = branch.posts.get(kind=K.SECRETARY)
    address = page("post_leave", post.pk)
    sent = {"on": "2023-10-01", "why": "moved", "version": 1}
    assert "早于党员甲的任职时间" in errors(editor.post(address, sent))["on"]
    response = editor.post(address, sent | {"on": "2026-10-01"}, follow=True)
    assert "党员甲 2026-10-01 不再任书记" in response.content.decode()
    assert "空缺 42 天" in response.content.decode()
    assert "已经离任" in editor.get(address).content.decode()


def test_two_who_leave_the_same_post_meet(branch, act):
    post = branch.posts.get(kind=K.SECRETARY)
    leave(post=post, on=D(2026, 10, 1), why="moved", act=act)
    with pytest.raises(ValidationError, match="已经离任"):
        leave(post=post, on=D(2026, 10, 2), why="moved", act=act)


def test_an_appointment_in_a_dissolved_organization_is_refused(branch, act):
    Organization.objects.update(dissolved_on=D(2026, 10, 1))
    post = Post(organization=branch, kind=K.YOUTH, holder="党员戊", start=D(2026, 9, 1))
    with pytest.raises(ValidationError, match="已经撤销"):
        appoint(post=post, act=act)
