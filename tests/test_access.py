"""Every address × every role: who gets in, who is sent to sign in, who sees nothing.

The objects stand under 东区教育局党委. `editor`, `reviewer` and the people of the whole
city see them; `township` (白杨镇) and `west_editor` have the permission but not the
scope, so for them an object does not exist (404, never 403). The tables are in
tests/access_pages.py; an object a new page shows is made here, in `addresses`.
"""

import datetime
import re

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from activities.models import (
    Cultivation,
    DuesLedger,
    DuesQuarter,
    HeartTalk,
    Honour,
    LifeProblem,
    Meeting,
    MeetingType,
    MemberDues,
    MemberEvaluation,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
    Training,
    TrainingCourse,
    TrainingPlan,
    Volunteering,
)
from assessments.editing.services import begin
from assessments.models import Cycle
from assessments.workflow.models import Evidence, Filing, FilingItem, Objection, Reopening
from orgs.models import (
    ActivistReview,
    Contact,
    Coverage,
    DevelopmentCase,
    DevelopmentQuota,
    FormerName,
    Member,
    MemberStatus,
    PartyGroup,
    Post,
    Sex,
    Term,
    Transfer,
)
from orgs.personal import lookup_hash
from reports.models import NoticeNumber, SectionDraft
from sheets.models import BatchStatus, ImportBatch
from tests.access_pages import (
    ACT_PAGES,
    ACTIONS,
    ACTS,
    CASE_ACTS,
    CHECKS,
    DRAFT_PAGES,
    ELSEWHERE,
    INSIDE,
    PAGES,
    PEOPLE,
    RECORDS,
)
from tests.conftest import make_organization, make_school
from tests.supervision.records import supervised


@pytest.fixture
def addresses(tree, users, standard):
    """Return the address of each page, objects being those of the upper docstring."""
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    organization = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    member = Member.objects.create(
        organization=organization,
        name="何建国",
        sex=Sex.MALE,
        birth_date=datetime.date(1980, 1, 1),
        id_number="990102198001010012",
        id_hash=lookup_hash("990102198001010012"),
        status=MemberStatus.FULL,
    )
    meeting = Meeting.objects.create(
        organization=organization,
        type=MeetingType.LECTURE,
        held_on=datetime.date(2025, 3, 5),
        counts_for_year=2025,
        entered_on=datetime.date(2025, 3, 6),
    )
    Cycle.objects.create(
        year=2025,
        standard=standard,
        check_date=datetime.date(2025, 12, 31),
        records_until=datetime.date(2026, 3, 31),
    )
    term = Term.objects.create(organization=organization, elected_on=datetime.date(2024, 5, 21))
    post = Post.objects.create(organization=organization, kind="secretary", holder="何建国")
    case = DevelopmentCase.objects.create(
        organization=organization,
        name="周敏",
        sex=Sex.FEMALE,
        birth_date=datetime.date(1992, 1, 1),
        id_number="990102199201010021",
        id_hash=lookup_hash("990102199201010021"),
        applied_on=datetime.date(2025, 3, 5),
        activist_on=datetime.date(2025, 9, 5),
    )
    quota = DevelopmentQuota.objects.create(jurisdiction=tree.east_edu, year=2025, quota=3)
    review = ActivistReview.objects.create(case=case, reviewed_on=datetime.date(2026, 3, 1))
    transfer = Transfer.objects.create(
        member=member,
        sender=organization,
        receiver=make_organization("中共东区第二小学支部委员会", tree.east_edu),
        state="pending",
        sent_on=datetime.date(2025, 3, 5),
    )
    contact = Contact.objects.create(member=member, held_on=datetime.date(2025, 3, 5), way="phone")
    former_name = FormerName.objects.create(
        organization=organization,
        name="中共东区旧校支部委员会",
        kind="branch",
        end=datetime.date(2020, 9, 1),
    )
    coverage = Coverage.objects.create(organization=organization, school=school)
    ledger = DuesLedger.objects.create(organization=organization, year=timezone.localdate().year)
    dues = MemberDues.objects.create(ledger=ledger, member=member)
    agreed = DuesQuarter.objects.create(
        ledger=ledger, quarter=1, agreed_on=datetime.date(ledger.year, 4, 3), agreed_by="支委会"
    )
    org_life = Meeting.objects.create(
        organization=organization,
        type=MeetingType.ORG_LIFE,
        held_on=datetime.date(2025, 12, 5),
        counts_for_year=2025,
        entered_on=datetime.date(2025, 12, 6),
    )
    talk = HeartTalk.objects.create(
        organization=organization,
        held_on=datetime.date(2025, 11, 5),
        counts_for_year=2025,
        speaker_name="周敏",
        member=member,
    )
    problem = LifeProblem.objects.create(meeting=org_life, text="学习不够系统")
    evaluation = MemberEvaluation.objects.create(
        organization=organization, member=member, year=2025
    )
    plan = TrainingPlan.objects.create(organization=organization, year=2025)
    course = TrainingCourse.objects.create(plan=plan, theme="党章", hours=8, form="lecture")
    training = Training.objects.create(
        organization=organization,
        theme="集中培训",
        form="concentrated",
        level=4,
        started_on=datetime.date(2025, 3, 5),
        ended_on=datetime.date(2025, 3, 6),
        hours=16,
    )
    filing = Filing.objects.create(cycle=Cycle.objects.get(), organization=organization)
    item = FilingItem.objects.create(filing=filing, code="G1")
    kept = Evidence.objects.create(
        item=item, name="a.docx", content_type="application/x", size=1, sha256="0"
    )
    objection = Objection.objects.create(
        filing=filing, raised_on=timezone.localdate(), raised_by="群众", content="略"
    )
    today = timezone.localdate()
    opened = Reopening.objects.create(filing=filing, opened_on=today, until=today, reason="略")
    judged = SecretaryReview.objects.create(
        organization=organization, year=2025, secretary="何建国", result="good"
    )
    counted = StaffCount.objects.create(
        organization=organization,
        year=2025,
        teachers=30,
        member_teachers=9,
        backbone=6,
        member_backbone=3,
    )
    cultivation = Cultivation.objects.create(
        organization=organization,
        name="周敏",
        direction="to_member",
        party_mentor="何建国",
        started_on=datetime.date(2025, 3, 5),
    )
    stage = StageReview.objects.create(
        cultivation=cultivation, reviewed_on=datetime.date(2025, 9, 5), conclusion="进步明显"
    )
    pioneer = PioneerPost.objects.create(
        organization=organization,
        member=member,
        post="教学示范岗",
        place="teaching",
        set_up_on=datetime.date(2025, 3, 5),
    )
    pioneer_review = PioneerReview.objects.create(pioneer=pioneer, year=2025, result="passed")
    volunteering = Volunteering.objects.create(
        organization=organization,
        held_on=datetime.date(2025, 3, 5),
        theme="学雷锋",
        category="community",
        hours=2,
    )
    honour = Honour.objects.create(
        organization=organization,
        name="先进基层党组织",
        level=3,
        granted_on=datetime.date(2025, 7, 1),
    )
    grant = users.editor.grants.get()
    draft = begin(actor=users.manager, based_on=standard)
    kept_text = SectionDraft.objects.create(
        jurisdiction=organization.jurisdiction, year=2025, section="basis", text="一句话。"
    )
    number = NoticeNumber.objects.create(
        jurisdiction=organization.jurisdiction, year=2025, number="东教党〔2026〕1号"
    )
    arguments = {
        "talk": talk.pk,
        "problem": problem.pk,
        "evaluation": evaluation.pk,
        "group": PartyGroup.objects.create(organization=organization, name="第一党小组").pk,
        "organization_groups": organization.pk,
        "meeting_attendance": meeting.pk,
        "organization_evaluation": organization.pk,
        "standard_file": standard.pk,
        "standard_draft_new": standard.pk,
        "standard_draft": draft.pk,
        "standard_draft_restore": draft.pk,
        **{f"standard_draft_{page}": draft.pk for page in DRAFT_PAGES},
        "standard_draft_indicator": (draft.pk, "C2"),
        "cycle_standard": 2025,
        "organization_dues": organization.pk,
        "dues_month": organization.pk,
        "dues_fill": organization.pk,
        "organization_training": organization.pk,
        "training_plan": plan.pk,
        "training_course": course.pk,
        "training": training.pk,
        "training_members": training.pk,
        "secretary_review": judged.pk,
        "staff_count": counted.pk,
        "cultivation": cultivation.pk,
        "stage_review": stage.pk,
        "pioneer": pioneer.pk,
        "pioneer_review": pioneer_review.pk,
        "volunteering": volunteering.pk,
        "volunteering_members": volunteering.pk,
        "honour": honour.pk,
        "dues_ledger": ledger.pk,
        "member_dues": dues.pk,
        "dues_quarter": agreed.pk,
        "development_case": case.pk,
        "activist_review": review.pk,
        "development_quota": quota.pk,
        "unit": tree.east_edu.pk,
        "report": "compliance",
        "report_fill": "compliance",
        "import_template": "schools",
        "scorecard": organization.pk,
        "indicator": "C2",
        "school": school.pk,
        "organization": organization.pk,
        "term": term.pk,
        "post": post.pk,
        "former_name": former_name.pk,
        "affiliation": organization.affiliations.get().pk,
        "coverage": coverage.pk,
        "member": member.pk,
        "transfer": transfer.pk,
        "contact": contact.pk,
        "meeting": meeting.pk,
        "user": users.editor.pk,
        "waiting": "month",
        "help_chapter": "members",
        "cycle_score": 2025,
        "cycle_confirm": 2025,
        "schedule": 2025,
        "filings_urge": 2025,
        "decision_step": (2025, "draw"),
        "filing": filing.pk,
        **dict.fromkeys(
            (
                "filing_score",
                "filing_move",
                "filing_reopen",
                "filing_rectify",
                "filing_retest",
                "objection_new",
                "look_back_new",
                "evidence_add",
            ),
            filing.pk,
        ),
        "evidence_withdraw": kept.pk,
        "filing_close": opened.pk,
        "objection_answer": objection.pk,
        "user_reset": users.editor.pk,
        "user_active": users.editor.pk,
        "grant_add": users.editor.pk,
        "pick": "schools",
        "member_reveal": member.pk,
        "findings": "term-unknown",
        "explain": ("unconfirmed", member.pk),
        "saved_filter_change": 1,
        "saved_filter_delete": 1,
        "section_take": "basis",
        "section_renew": kept_text.pk,
        **{
            f"section_draft_{page}": kept_text.pk
            for page in ("edit", "withdraw", "history", "restore")
        },
        **{
            f"writing_number_{page}": number.pk
            for page in ("edit", "withdraw", "history", "restore")
        },
    }
    arguments |= {f"development_case_{act}": case.pk for act in CASE_ACTS}
    arguments |= supervised(organization)
    for slug in RECORDS:
        for page in ("edit", "withdraw", "history", "restore"):
            arguments[f"{slug}_{page}"] = arguments[slug]
    for name in ACT_PAGES:
        arguments[name] = arguments[name.split("_")[0]]
    for slug, acts in (*ACTS.items(), *CHECKS.items()):
        arguments |= {f"{slug}_{act}": arguments[slug] for act in acts.split()}
    found = {
        name: reverse(name, args=given if isinstance(given, tuple) else (given,))
        for name in (PAGES | ACTIONS)
        if name != "grant_remove"
        for given in [arguments.get(name, ())]
    }
    found["writing_figure"] += "?name=schools.count&form=所"
    return found | {"grant_remove": reverse("grant_remove", args=[users.editor.pk, grant.pk])}


@pytest.fixture
def bare_refusals(monkeypatch):
    """Refuse without a page: drawing it thousands of times is most of the time of the matrix.

    The pages themselves are in tests/partybuild/test_frame.py.
    """
    monkeypatch.setattr(
        URLResolver,
        "resolve_error_handler",
        lambda resolver, code: lambda request, exception: HttpResponse(status=code),
    )


def status(client, address):
    return client.get(address).status_code


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("person", PEOPLE)
def test_pages_open_for_those_who_may_and_for_nobody_else(client, addresses, users, person):
    client.force_login(getattr(users, person), backend="schools.roles.RoleBackend")
    expected, found = {}, {}
    for name, (allowed, is_object) in PAGES.items():
        if person not in allowed:
            expected[name] = 403
        elif is_object and person not in INSIDE:
            expected[name] = 404
        else:
            expected[name] = 200
        found[name] = status(client, addresses[name])
    assert found == expected


def test_nobody_gets_anywhere_without_signing_in(client, addresses):
    for address in addresses.values():
        response = client.get(address)
        assert response.status_code == 302, address
        assert response.url.startswith(reverse("login")), address


def test_every_address_is_in_the_matrix():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names == ELSEWHERE | set(PAGES) | set(ACTIONS)


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("person", PEOPLE)
def test_actions_are_refused_to_all_but_those_who_may(client, addresses, users, person):
    client.force_login(getattr(users, person), backend="schools.roles.RoleBackend")
    refused = {name for name in ACTIONS if client.post(addresses[name]).status_code == 403}
    assert refused == {name for name, allowed in ACTIONS.items() if person not in allowed}


@pytest.mark.usefixtures("bare_refusals")
def test_reading_an_address_of_an_action_changes_nothing(client, addresses, users):
    managers = {name for name, allowed in ACTIONS.items() if "manager" in allowed}
    for person, names in [("manager", managers), ("sysadmin", set(ACTIONS))]:
        client.force_login(getattr(users, person), backend="schools.roles.RoleBackend")
        for name in names:
            assert status(client, addresses[name]) in (403, 405), name


def test_an_object_outside_the_scope_answers_like_one_that_does_not_exist(client, addresses, users):
    client.force_login(users.west_editor, backend="schools.roles.RoleBackend")
    outside = client.get(addresses["organization"])
    missing = client.get(reverse("organization", args=[999_999]))
    # Request id and form token differ on any two pages.
    pages = [
        re.sub(rf'{r["X-Request-ID"]}|value="\w{{64}}"', "", r.content.decode())
        for r in (outside, missing)
    ]
    assert pages[0] == pages[1]


def test_a_batch_belongs_to_the_person_who_brought_it_in(client, users):
    batch = ImportBatch.objects.create(
        user=users.editor, kind="schools", file_name="a.xlsx", status=BatchStatus.DISCARDED
    )
    address = reverse("import_batch", args=[batch.pk])
    client.force_login(users.manager, backend="schools.roles.RoleBackend")
    assert status(client, address) == 404
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    assert status(client, address) == 200
