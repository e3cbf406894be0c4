"""Texts officials keep: fields that know when they are out of date, renewing, two editors."""

import json
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document as read_docx

from accounts.history import revisions
from accounts.models import AuditEntry
from reports.models import SectionDraft
from reports.writing import markup
from reports.writing.blocks import Paragraph, plain
from reports.writing.drafts import with_drafts
from reports.writing.material import Material
from reports.writing.telling import told
from tests.conftest import make_school
from tests.reports.cities import hand_worked


@pytest.fixture
def city(tree):
    _, _, organizations = hand_worked(tree)
    return organizations


@pytest.fixture
def signed_in(client, users):
    client.force_login(users.manager)
    return client


def take(client, scope, section="basis"):
    asked = {"scope": scope.pk, "year": 2025}
    client.post(reverse("section_take", args=[section], query=asked))
    return SectionDraft.objects.get(jurisdiction=scope, section=section)


def edit(client, draft, change, **more):
    """Change the text of a draft on its page; return the response."""
    address = reverse("section_draft_edit", args=[draft.pk])
    form = client.get(address).context["form"]
    data = {"text": change(form["text"].value()), "version": draft.version, **more}
    return client.post(address, data)


def document_of(user, scope):
    return with_drafts(Material(user, scope, 2025))


def body_text(user, scope):
    document, _ = document_of(user, scope)
    return "\n".join(
        plain(block.run) for _, block in document.blocks if isinstance(block, Paragraph)
    )


def test_a_section_taken_says_the_same(signed_in, city, users, tree):
    before = body_text(users.manager, tree.city)
    draft = take(signed_in, tree.city)
    assert "{13所|schools.count|所}" in draft.text
    assert markup.TABLE in draft.text
    document, kept = document_of(users.manager, tree.city)
    assert body_text(users.manager, tree.city) == before
    assert kept["basis"].outdated == []
    assert document.warning == ""
    # Taking it once more finds the same draft.
    assert take(signed_in, tree.city).pk == draft.pk


def test_words_an_official_adds_are_kept_with_their_fields(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    response = edit(
        signed_in,
        draft,
        lambda text: text + "\n另有{13所|登记在册的学校数}学校开展了结对，其中 2 所在山区。",
    )
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.text.endswith("另有{13所|schools.count|所}学校开展了结对，其中 2 所在山区。")
    _, kept = document_of(users.manager, tree.city)
    assert kept["basis"].typed_numbers == 1
    assert "其中 2 所在山区" in body_text(users.manager, tree.city)


def test_a_field_nobody_knows_is_refused_and_nothing_is_lost(signed_in, city, tree):
    draft = take(signed_in, tree.city)
    response = edit(signed_in, draft, lambda text: text + "\n{5个|天上的星星}")
    assert response.status_code == 400
    page = response.content.decode()
    assert "“天上的星星”不是这份材料里的数字" in page
    assert "{5个|天上的星星}" in page


def test_moved_figures_make_their_sentence_out_of_date(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    edit(signed_in, draft, lambda text: text + "\n全市学校办学条件不断改善。")
    make_school("新桥小学", tree.west_edu, tree.places["990121"])
    document, kept = document_of(users.manager, tree.city)
    (outdated,) = kept["basis"].outdated
    moved = [(figure.text, figure.now) for figure in outdated.moved]
    assert moved == [("13所", "14所"), ("13所", "14所")]
    assert document.stale == 1
    assert "有 1 句与现在的数据不一致" in document.warning
    page = signed_in.get(reverse("writing", query={"year": 2025})).content.decode()
    assert "<del>13所</del>" in page
    assert "<ins>14所</ins>" in page
    # The file says so at its top, and the figures tell old and new.
    file = signed_in.get(reverse("writing", query={"year": 2025, "format": "docx"}))
    assert "不一致" in read_docx(BytesIO(file.content)).paragraphs[0].text
    assert [one["now"] for one in told(document) if "now" in one] == ["14所", "14所"]

    draft.refresh_from_db()
    address = reverse("section_renew", args=[draft.pk])
    signed_in.post(address, {"place": outdated.place, "version": draft.version})
    document, kept = document_of(users.manager, tree.city)
    assert kept["basis"].outdated == []
    text = body_text(users.manager, tree.city)
    assert "共有学校14所，其中小学14所" in text
    assert "全市学校办学条件不断改善。" in text
    entry = AuditEntry.objects.filter(action="section_draft.renew").get()
    assert entry.actor == users.manager


def test_sentences_are_renewed_one_by_one_or_together(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    make_school("新桥小学", tree.west_edu, tree.places["990121"])
    city["west2"].assessments.filter(cycle__year=2025).update(verdict="compliant")
    _, kept = document_of(users.manager, tree.city)
    first, second = kept["basis"].outdated
    address = reverse("section_renew", args=[draft.pk])
    signed_in.post(address, {"place": second.place, "version": draft.version})
    _, kept = document_of(users.manager, tree.city)
    assert [one.place for one in kept["basis"].outdated] == [first.place]
    city["west4"].assessments.filter(cycle__year=2025).update(verdict="compliant")
    signed_in.post(address)
    _, kept = document_of(users.manager, tree.city)
    assert kept["basis"].outdated == []
    assert "达标6个，基层党组织标准化建设达标率为50%" in body_text(users.manager, tree.city)


def test_what_the_data_have_new_is_offered(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    kept_text = draft.text.split("\n", 1)[1]
    edit(signed_in, draft, lambda text: text.split("\n", 1)[1])
    draft.refresh_from_db()
    assert draft.text == kept_text
    form = signed_in.get(reverse("section_draft_edit", args=[draft.pk])).context["form"]
    assert any("登记在册的学校数" in sentence for sentence in form.offered)


def test_two_editors_meet(client, signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    edit(signed_in, draft, lambda text: text + "\n先保存的一句。")
    response = edit(signed_in, draft, lambda text: text + "\n后保存的一句。")
    assert response.status_code == 409
    assert "后保存的一句。" in response.content.decode()
    draft.refresh_from_db()
    assert "先保存的一句。" in draft.text
    assert "后保存的一句。" not in draft.text
    # Nor does renewing write over what somebody saved meanwhile.
    make_school("新桥小学", tree.west_edu, tree.places["990121"])
    signed_in.post(reverse("section_renew", args=[draft.pk]), {"version": 1})
    draft.refresh_from_db()
    assert "14所" not in draft.text
    assert revisions(draft).count() == 2


def test_withdrawing_a_draft_brings_the_data_back(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    edit(signed_in, draft, lambda text: "只剩这一句。")
    assert "只剩这一句。" in body_text(users.manager, tree.city)
    draft.refresh_from_db()
    asked = {"version": draft.version, "reason": "重写"}
    signed_in.post(reverse("section_draft_withdraw", args=[draft.pk]), asked)
    assert "只剩这一句。" not in body_text(users.manager, tree.city)


def test_a_draft_belongs_to_its_body(client, city, users, tree):
    client.force_login(users.manager)
    draft = take(client, tree.city)
    client.force_login(users.west_editor)
    for name in ("section_draft_edit", "section_draft_history"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    assert client.post(reverse("section_renew", args=[draft.pk])).status_code == 404
    asked = {"scope": tree.east.pk, "year": 2025}
    assert client.post(reverse("section_take", args=["basis"], query=asked)).status_code == 404
    mine = take(client, tree.west)
    assert "东区" not in mine.text
    client.force_login(users.viewer)
    asked = {"scope": tree.west.pk, "year": 2025}
    assert client.post(reverse("section_take", args=["basis"], query=asked)).status_code == 403
    page = client.get(reverse("writing", query=asked))
    assert page.context["kept"]["basis"].draft == mine
    assert "更新" not in json.dumps(list(page.context["messages"]))


def test_a_figure_that_has_gone_says_so(signed_in, city, users, tree):
    draft = take(signed_in, tree.city)
    name = f"assessments.count?result=due&unit={tree.west.pk}"
    draft.text += f"\n西县{{6个|{name}|个}}。"
    SectionDraft.objects.filter(pk=draft.pk).update(text=draft.text)
    tree.west.is_reporting_unit = False
    tree.west.save()
    _, kept = document_of(users.manager, tree.city)
    assert any(figure.page == "" for one in kept["basis"].outdated for figure in one.moved)
    page = signed_in.post(reverse("section_renew", args=[draft.pk]), follow=True)
    assert "已经没有数据" in page.content.decode()
