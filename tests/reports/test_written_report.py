"""The written report: its sentences by hand, every number followed to its query and page."""

import datetime
import json
import re
import subprocess
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document as read_docx
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from accounts.models import AuditEntry
from activities.models import Honour, HonourLevel, Training, TrainingHours
from orgs.models import DevelopmentCase, Post, PostKind, Sex, Term
from reports.writing import word_xml
from reports.writing.blocks import Heading, Paragraph, Table, plain, runs_of
from reports.writing.figures import OVER, PEOPLE, PERCENT, POINTS, Query, written
from reports.writing.figures import Term as Asked
from reports.writing.material import ASSESSMENTS, FACT, Material
from reports.writing.report import write_report
from reports.writing.sources import SOURCES
from reports.writing.telling import told
from reports.writing.word import to_docx
from supervision.models import (
    ActionPlan,
    LeadingGroup,
    PlanTarget,
    RectificationItem,
    Survey,
    WorkMeeting,
)
from tests.conftest import make_organization, make_school
from tests.libreoffice import convert, needs_libreoffice
from tests.orgs.records import make_meeting, make_member
from tests.reports.cities import hand_worked

DAY = datetime.date(2025, 6, 15)


def records(tree, city):
    """Add to the small city one or two records of what the report tells of 2025."""
    poplar, west1 = city["poplar"], city["west1"]
    make_school(
        "民办启明幼儿园",
        tree.baiyang,
        tree.places["990102"],
        stage="kindergarten",
        ownership="private",
        staff=12,
        teachers=8,
    )
    pairs = ((poplar, "林小雨"), (poplar, "周大山"), (west1, "何静"))
    members = [
        make_member(name, organization, number)
        for number, (organization, name) in enumerate(pairs, 1)
    ]
    for organization in (poplar, west1):
        training = Training.objects.create(
            organization=organization,
            theme="党章学习",
            form="lecture",
            level=2,
            started_on=DAY,
            ended_on=DAY,
            hours=4,
        )
        for member in members:
            if member.organization_id == organization.pk:
                TrainingHours.objects.create(training=training, member=member, hours=4)
        make_meeting(organization, DAY)
        Survey.objects.create(
            organization=organization,
            year=2025,
            group="teachers",
            surveyed_on=DAY,
            asked=40,
            valid=40,
            very_satisfied=20,
            satisfied=10,
            fair=10,
        )
    for name, is_teacher in (("秦朗", True), ("许诺", False)):
        DevelopmentCase.objects.create(
            organization=poplar,
            name=name,
            sex=Sex.MALE,
            birth_date=datetime.date(1995, 1, 1),
            id_hash=name,
            is_teacher=is_teacher,
            applied_on=datetime.date(2022, 1, 1),
            admitted_on=DAY,
        )
    LeadingGroup.objects.create(
        level="city",
        jurisdiction=tree.city,
        name="全市学校党建工作领导小组",
        document="云办〔2024〕7 号",
        set_up_on=datetime.date(2024, 3, 1),
        head="方书记",
    )
    plan = ActionPlan.objects.create(
        jurisdiction=tree.city, title="三年行动计划", first_year=2025, issued_by="市教育局"
    )
    PlanTarget.objects.create(plan=plan, name="达标率", unit="%", base=33, goal_1=33, goal_2=45)
    WorkMeeting.objects.create(jurisdiction=tree.east, held_on=DAY, chair="方书记")
    RectificationItem.objects.create(
        organization=west1,
        source="inspection",
        found_on=DAY,
        description="记录不全",
        category="ledgers",
        deadline=datetime.date(2025, 8, 1),
    )
    Honour.objects.create(
        organization=poplar, name="先进党支部", level=HonourLevel.CITY, granted_on=DAY
    )
    Post.objects.create(
        organization=poplar, kind=PostKind.SECRETARY, holder="林小雨", start=DAY, is_principal=True
    )
    Term.objects.create(organization=west1, elected_on=datetime.date(2021, 5, 1), years=3)
    Term.objects.create(organization=poplar, elected_on=datetime.date(2023, 5, 1), years=3)


@pytest.fixture
def city(tree):
    _, _, organizations = hand_worked(tree)
    records(tree, organizations)
    return organizations


def paragraphs(document):
    """Return the text of the document, one line for each block that is words."""
    lines = []
    for _, block in document.blocks:
        if isinstance(block, Heading):
            lines.append(block.text)
        elif isinstance(block, Paragraph):
            lines.append(plain(block.run))
    return "\n".join(lines)


def test_the_city_by_hand(city, users, tree):
    text = paragraphs(write_report(users.manager, scope=tree.city, year=2025))
    for sentence in (
        "截至2025年12月31日，全市共有学校14所，其中幼儿园1所、小学13所；民办学校1所。"
        "在校教职工12人，其中专任教师8人。",
        "建有基层党组织13个，其中党支部13个；共有党员3人。",
        "2025年全市应参加标准化建设考评的党组织12个，达标4个，基层党组织标准化建设达标率为33%"
        "（达标线85分，有一票否决情形的不达标），具体情况如下表所示。",
        "全市的管理方式有三种：市教育局党组管理、县（市、区）教育局党委（党组）管理、"
        "县（区）教育局与乡镇党委分别管理。",
        "东区的县（区）直属学校党建工作由教育局党委（党组）管理，乡镇学校由所在乡镇党委管理",
        "民办学校党建工作，东区全部由所在乡镇党委管理。",
        "成立全市学校党建工作领导小组（云办〔2024〕7号），由方书记担任组长。",
        "全年召开党建工作例会1次。",
        "教育培训2期，共8学时。参加学习的党员3人，累计12学时。",
        "全年接收预备党员2名，其中教师1名，占50%。",
        "开展主题党日2次。",
        "配备党组织书记1名，其中由校长兼任1名。",
        "全市达标率为33%，与2024年持平。",
        "可比的3个单元中，1个上升，其中东区升幅最大，上升25.0个百分点。",
        "获得各级表彰1项，其中市级1项。",
        "满意度调查2次，回收有效问卷80份，满意和非常满意的占75%。",
        "“教育培训”失分率20%，5个党组织失分",
        "西县达标率17%（1/6），低于全市16.7个百分点，主要失分：按期换届、教育培训、委员会会议。",
        "2个党组织被一票否决，情形为“换届超期”。",
        "1个党组织届满没有按期换届。",
        "1个整改问题逾期没有销号。",
        "针对“教育培训”，由支部书记负责，党员补足年度学时。",
        "集中帮扶距达标线3分以内的2个党组织，全部达标后全市达标率可达到50%。",
        "实现目标：达标率45%。",
        "全市达标率达到45%还需2个党组织达标，按最省的组合要整改2项、补3.1分。",
        "提前部署2026年届满的1个党组织换届",
    ):
        assert sentence in text, sentence
    # Nothing is said of what has no record.
    assert "志愿服务" not in text
    assert "先锋岗" not in text


def test_the_table_is_the_one_of_the_report(city, users, tree):
    document = write_report(users.manager, scope=tree.city, year=2025)
    (table,) = [block for _, block in document.blocks if isinstance(block, Table)]
    lines = [[plain(cell) for cell in row] for row in (table.head, *table.rows)]
    assert lines == [
        ["单元", "直属学校", "东区", "西县", "合计"],
        ["应评", "2", "4", "6", "12"],
        ["达标", "1", "2", "1", "4"],
        ["达标率", "50%", "50%", "17%", "33%"],
    ]


def test_gaps_are_named(city, users, tree):
    sections = write_report(users.manager, scope=tree.city, year=2025).sections
    practice = next(section for section in sections if section.slug == "practice")
    assert "志愿服务" in practice.gaps
    assert "教育培训" not in practice.gaps


def test_no_digit_stands_outside_a_figure(city, users, tree):
    for scope in (tree.city, tree.east, tree.baiyang):
        for _, block in write_report(users.manager, scope=scope, year=2025).blocks:
            for run in runs_of(block):
                loose = "".join(part for part in run if isinstance(part, str))
                assert not re.search(r"\d", loose), loose


@pytest.mark.parametrize("who", ["manager", "editor", "township"])
def test_every_number_leads_to_its_query_and_page(client, city, users, tree, who):
    user = getattr(users, who)
    scope = {"manager": tree.city, "editor": tree.east, "township": tree.baiyang}[who]
    client.force_login(user)
    document = write_report(user, scope=scope, year=2025)
    assert len(document.figures) > 20
    for figure in {figure for _, figure in document.figures}:
        # Asked again by its name alone.
        again = Material(user, scope, 2025).figure(figure.name, figure.form)
        assert again == figure
        response = client.get(figure.page)
        assert response.status_code == 200, figure
        assert f"<strong data-figure>{figure.text}</strong>" in response.content.decode()
        query = Query.parse(figure.name)
        for term, shown in zip(query.terms, response.context["terms"], strict=True):
            follow(client, Material(user, scope, 2025), term, shown)


def follow(client, material, term, shown):
    """Check one term: the records behind it, counted one by one, give the same number."""
    if term.source == FACT:
        assert client.get(shown["url"]).status_code == 200, shown
    elif term.source == ASSESSMENTS:
        page = client.get(shown["url"]).context["page"]
        assert page.paginator.count == shown["value"], term
    elif term.source in SOURCES:
        source = SOURCES[term.source]
        rows = source.rows(material).filter(source.conditions(term.where))
        if term.measure == "count":
            assert rows.count() == shown["value"], term
            page = client.get(material.page(term.name, "")).context["page"]
            assert page.paginator.count == shown["value"], term
        elif term.measure == "people":
            assert len(set(rows.values_list(source.people, flat=True))) == shown["value"]
        elif isinstance(source.sums[term.measure][0], str):
            values = rows.values_list(source.sums[term.measure][0], flat=True)
            assert sum(value or 0 for value in values) == shown["value"], term


def test_a_figure_nobody_knows_is_not_found(client, city, users):
    client.force_login(users.manager)
    for name in ("", "schools", "schools.count?colour=red", "fact.nothing", "unknown.count"):
        asked = {"name": name, "form": "所"}
        assert client.get(reverse("writing_figure", query=asked)).status_code == 404, name


def test_the_same_data_give_the_same_text(city, users, tree):
    documents = [write_report(users.manager, scope=tree.city, year=2025) for _ in range(2)]
    assert documents[0] == documents[1]
    assert told(documents[0]) == told(documents[1])


def test_a_county_gets_its_own_and_nothing_of_another(client, city, users, tree):
    document = write_report(users.west_editor, scope=tree.west, year=2025)
    text = paragraphs(document) + json.dumps(told(document), ensure_ascii=False)
    assert "西县" in text
    assert "东区" not in text
    assert "全市" not in paragraphs(document)
    for _, block in document.blocks:
        if isinstance(block, Table):
            assert [plain(row[-1]) for row in block.rows] == ["6", "1", "17%"]
    # What the scope does not hold cannot be asked for either.
    client.force_login(users.west_editor)
    asked = {"scope": tree.east.pk, "year": 2025, "name": "schools.count", "form": "所"}
    assert client.get(reverse("writing_figure", query=asked)).status_code == 404
    assert client.get(reverse("writing", query={"scope": tree.city.pk})).status_code == 404


def test_without_a_cycle_or_data_it_says_so(users, tree):
    text = paragraphs(write_report(users.manager, scope=tree.city, year=2025))
    assert "2025年还没有建立考评年度，没有标准化建设达标率。" in text
    assert "2025年还没有这方面的记录。" in text
    assert "2025年还没有可以比较的结果。" in text


def test_an_excluded_year_and_a_single_school(city, users, tree):
    text = paragraphs(write_report(users.manager, scope=tree.liulin, year=2025))
    assert "应参加标准化建设考评的党组织1个，达标1个，基层党组织标准化建设达标率为100%" in text
    city["willow"].assessments.update(exclusion="new")
    text = paragraphs(write_report(users.manager, scope=tree.liulin, year=2025))
    assert "没有应评的党组织，没有标准化建设达标率。" in text


def test_the_cost_is_the_same_for_a_larger_city(
    city, users, tree, django_assert_max_num_queries, django_assert_num_queries
):
    write_report(users.manager, scope=tree.city, year=2025)
    with django_assert_max_num_queries(60) as few:
        write_report(users.manager, scope=tree.city, year=2025)
    for number in range(5):
        school = make_school(f"增设{number}小学", tree.west_edu, tree.places["990121"])
        organization = make_organization(
            f"中共增设{number}小学支部委员会", tree.west_edu, school=school
        )
        Honour.objects.create(organization=organization, name="先进", level=4, granted_on=DAY)
    with django_assert_num_queries(len(few)):
        write_report(users.manager, scope=tree.city, year=2025)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (3012, "所", "3012所"),
        (9999, PEOPLE, "9999人"),
        (25049, PEOPLE, "2.5万人"),
        (20000, PEOPLE, "2万人"),
        (None, PERCENT, "—"),
    ],
)
def test_how_values_are_written(value, form, text):
    assert written(value, form) == text


def test_rates_are_rounded_once():
    query = Query.parse(f"a.count{OVER}b.count")
    values = {Asked("a"): 1, Asked("b"): 3}
    share = query.value(values.get)
    assert written(share, PERCENT) == "33%"
    assert written(-share, POINTS) == "33.3个百分点"
    assert Query.parse(query.name) == query


# The file ------------------------------------------------------------------------------


@pytest.fixture
def word(city, users, tree):
    document = write_report(users.manager, scope=tree.city, year=2025)
    return document, read_docx(BytesIO(to_docx(document.with_code("YL-2025-0001"))))


def test_the_file_holds_every_figure_between_its_bookmarks(word):
    document, file = word
    found = {}
    for start in file.element.body.iter(qn("w:bookmarkStart")):
        texts, node = [], start.getnext()
        while node.tag != qn("w:bookmarkEnd"):
            texts += [text.text or "" for text in node.iter(qn("w:t"))]
            node = node.getnext()
        found[start.get(qn("w:name"))] = "".join(texts)
    assert found == {one["bookmark"]: one["text"] for one in told(document)}


def test_the_file_reads_like_the_page(word):
    document, file = word
    text = "\n".join(line.text for line in file.paragraphs)
    for _, block in document.blocks:
        if isinstance(block, Paragraph):
            assert plain(block.run) in text
    (table,) = file.tables
    assert [cell.text for cell in table.rows[3].cells] == ["达标率", "50%", "50%", "17%", "33%"]


def test_the_file_has_the_form_of_official_papers(word):
    _, file = word
    section = file.sections[0]
    page = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length / Mm(1)) for length in page] == [210, 297, 37, 28]
    styles = {"Normal": ("仿宋_GB2312", 16), "Title": ("方正小标宋简体", 22)}
    styles |= {"Heading 1": ("黑体", 16), "Heading 2": ("楷体_GB2312", 16)}
    for name, (font, size) in styles.items():
        style = file.styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert style.font.size == Pt(size)
        spacing = style.paragraph_format.line_spacing
        assert spacing == (Pt(36) if name == "Title" else Pt(28))
    for line in file.paragraphs:
        for run in line.runs:
            assert run._r.rPr.rFonts.get(qn("w:eastAsia")), run.text
    assert file.settings.odd_and_even_pages_header_footer
    assert [line.text for line in section.footer.paragraphs] == ["—  —", "定稿编号 YL-2025-0001"]
    assert "PAGE" in section.even_page_footer._element.xml
    # The signature never stands alone: the last line of text, a space and the body go with it.
    kept = [line.paragraph_format.keep_with_next for line in file.paragraphs[-4:]]
    assert kept == [True, True, True, None]


def test_the_columns_of_a_table_have_the_widths_of_its_grid(word):
    document, file = word
    drawn = next(block for _, block in document.blocks if isinstance(block, Table))
    grid = [column.width for column in file.tables[0].columns]
    assert len(grid) == len(drawn.head)
    for row in file.tables[0].rows:
        assert [cell.width for cell in row.cells] == grid
    assert sum(grid) == pytest.approx(Mm(156), rel=0.01)


def test_what_xml_cannot_hold_is_left_out():
    drawn = word_xml.element(word_xml.line(word_xml.run("甲\x0b<乙>\n丙", "宋体", Pt(12))))
    assert WordParagraph(drawn, None).text == "甲<乙>\n丙"


# Page and command ----------------------------------------------------------------------


def test_the_page_the_print_and_the_download(client, city, users, tree):
    client.force_login(users.viewer)
    page = client.get(reverse("writing", query={"year": 2025}))
    document = page.context["document"]
    assert "一、基本情况" in page.content.decode()
    assert page.content.decode().count("<h1") == 1
    sheet = client.get(reverse("writing", query={"year": 2025, "view": "print"}))
    assert "data-print" in sheet.content.decode()
    assert sheet.content.decode().count("<h1") == 1
    listed = client.get(reverse("writing_figures", query={"year": 2025})).context["told"]
    assert listed == told(document)
    file = client.get(reverse("writing", query={"year": 2025, "format": "docx"}))
    assert read_docx(BytesIO(file.content)).tables
    entry = AuditEntry.objects.filter(action="writing.export").get()
    assert entry.actor == users.viewer
    assert entry.changes["figures"] == len(document.figures)


def test_the_command_writes_the_report_and_its_figures(city, users, tmp_path):
    file, figures = tmp_path / "r.docx", tmp_path / "f.json"
    out = StringIO()
    call_command(
        "written_report",
        "--year=2025",
        "--as=west_editor",
        f"-o={file}",
        f"--figures={figures}",
        stdout=out,
    )
    listed = json.loads(figures.read_text())["figures"]
    text = "\n".join(line.text for line in read_docx(str(file)).paragraphs)
    assert "西县" in text
    assert all(one["page"].startswith("/writing/figure/") for one in listed)
    assert all(one["query"] for one in listed)
    rate = next(one for one in listed if one["text"] == "17%")
    assert rate["value"] == pytest.approx(1 / 6, abs=1e-6)
    assert "没有记录、没有写" in out.getvalue()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as=nobody"], "没有用户“nobody”"),
        (["--as=auditor"], "没有导出报表的权限"),
        (["--as=west_editor", "--scope=东区"], "的范围内没有“东区”"),
        (["--as=manager", "-o=/nowhere/at/all.docx"], "不能写入"),
        (["--as=manager", "--year=25"], "年度 25 不对"),
    ],
)
def test_the_command_refuses_in_a_sentence(city, users, tmp_path, options, words):
    options = ["--year=2025", f"-o={tmp_path / 'r.docx'}", *options]
    with pytest.raises(CommandError, match=words):
        call_command("written_report", *options)


@needs_libreoffice
def test_the_document_is_read_by_another_program(city, users, tree, tmp_path):
    """As paper: the title, the sentences with their figures, the code on every page."""
    document = write_report(users.manager, scope=tree.city, year=2025).with_code("7K3M-9HPX")
    path = tmp_path / "report.docx"
    path.write_bytes(to_docx(document))
    (pdf,) = convert([path], "pdf", tmp_path)
    told = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    pages = told.stdout.decode().split("\f")[:-1]
    text = re.sub(r"\s", "", "".join(pages))
    for line in document.title.split("\n"):
        assert line in text
    figures = [figure.text for _, figure in document.figures if len(figure.text) > 3]
    assert [one for one in figures if re.sub(r"\s", "", one) not in text] == []
    assert all("7K3M-9HPX" in page for page in pages)
    assert [f"— {n} —" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
