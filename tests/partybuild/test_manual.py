"""The manual: complete for the menu, sound in its links and pictures, true to the screen."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from partybuild import manual
from partybuild.context import MENU
from partybuild.manual import CHAPTERS, FOLDER, chapter_of, find

SOURCES = {chapter.slug: (FOLDER / f"{chapter.slug}.md").read_text() for chapter in CHAPTERS}
LARGEST = 120_000
chapters = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


@cache
def screen():
    """All words that may stand on a page."""
    folders = [path for path in settings.BASE_DIR.iterdir() if (path / "apps.py").exists()]
    folders += [settings.BASE_DIR / name for name in ("templates", "partybuild")]
    files = [path for folder in folders for path in folder.rglob("*")]
    return "".join(path.read_text() for path in files if path.suffix in (".html", ".py"))


def test_every_page_of_the_menu_has_a_chapter():
    pages = [(page, section.label) for section in MENU for page in section.pages]
    assert [page.label for page, section in pages if not chapter_of(page.name, section)] == []


def test_a_chapter_names_only_pages_that_are_there():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    unknown = [
        page
        for chapter in CHAPTERS
        for page in chapter.pages
        if not any(name.startswith((page, f"{page}_")) or name.endswith(page) for name in names)
    ]
    assert unknown == []
    labels = {section.label for section in MENU}
    assert [one for chapter in CHAPTERS for one in chapter.sections if one not in labels] == []


def test_every_file_is_a_chapter():
    files = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert files == set(SOURCES)


@chapters
def test_links_and_pictures_lead_somewhere(chapter):
    targets = re.findall(r"\]\(([^)]+)\)", SOURCES[chapter.slug])
    assert [one for one in targets if not (FOLDER / one).is_file()] == []


def test_pictures_are_small_and_used():
    used = {one for text in SOURCES.values() for one in re.findall(r"pictures/([\w-]+\.png)", text)}
    pictures = {path.name: path.stat().st_size for path in (FOLDER / "pictures").glob("*.png")}
    assert set(pictures) == used
    assert {name: size for name, size in pictures.items() if size > LARGEST} == {}


@chapters
def test_bold_words_are_on_the_screen(chapter):
    bold = re.findall(r"\*\*(.+?)\*\*", SOURCES[chapter.slug])
    words = [word for one in bold for word in one.split(" → ")]
    assert [word for word in words if word not in screen()] == []


@chapters
def test_ways_through_the_menu_are_those_of_the_menu(chapter):
    ways = [
        way.split(" → ") for way in re.findall(r"\*\*([^*]+ → [^*]+)\*\*", SOURCES[chapter.slug])
    ]
    pages = {section.label: {page.label for page in section.pages} for section in MENU}
    wrong = [way for way in ways if way[0] in pages and way[1] not in pages[way[0]]]
    wrong += [
        way for way in ways if way[0] not in pages and not any(way[0] in p for p in pages.values())
    ]
    acts = {"办理", "修改", "导入记录"}
    assert [way for way in wrong if way[0] not in acts] == []


def test_the_page_at_hand_leads_to_its_chapter(client, users, tree):
    client.force_login(users.editor)
    for address, slug in (
        (reverse("members"), "members"),
        (reverse("meetings_grid"), "meetings"),
        (reverse("import_new"), "imports"),
        (reverse("password"), "sign-in"),
    ):
        page = client.get(address).content.decode()
        assert f'href="{reverse("help_chapter", args=[slug])}">帮助' in page
    assert chapter_of("school_history").slug == "history"
    assert chapter_of("report_fill").slug == "reports"
    assert chapter_of("organization_election").slug == "terms"
    assert f'href="{reverse("help")}">帮助' in client.get("/nowhere/").content.decode()


@chapters
def test_a_chapter_is_a_page(client, users, chapter):
    client.force_login(users.stranger)
    page = client.get(chapter.url).content.decode()
    assert f"<h1>{chapter.title}</h1>" in page
    for part in chapter.text.parts:
        assert f'id="{part.anchor}"' in page
        assert f'href="#{part.anchor}"' in page
    assert "<img " not in page or 'src="/static/manual/' in page
    assert ".md" not in page


def test_html_in_a_chapter_is_shown_and_never_passed_on(tmp_path):
    path = tmp_path / "x.md"
    path.write_text("# 题\n\n## 节\n\n<script>x</script> [a](javascript:x) <b>y</b>\n")
    body = manual.read(path, 1).body
    assert "<script" not in body
    assert "<b>" not in body
    assert "href" not in body


def test_words_are_found_where_they_stand(client, users):
    found = find("错误原因")
    assert ("imports", "退回的行怎么办") in [(c.slug, part.heading) for c, part, _ in found]
    client.force_login(users.viewer)
    page = client.get(reverse("help"), {"q": "错误原因"}).content.decode()
    assert "退回的行怎么办" in page
    assert "没有找到" in client.get(reverse("help"), {"q": "海王星"}).content.decode()
    assert client.get(reverse("help_chapter", args=["nothing"])).status_code == 404
