"""Make the pictures of the manual: `docs/manual/pictures.py [NAME …]`.

A demo city of its own at a fixed day, each page opened by the person it is for, and the
part that matters cut out. Nothing of it is kept but the pictures.
"""

import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TODAY = "2026-11-23 10:00+08:00"
LARGEST = 120_000
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, its address, and from where to where it is cut.

    `address` may name objects found by `places`. `top` is the first element shown (the
    whole page where none is given), `height` in px, `do` what is done on the page before.
    """

    name: str
    user: str
    address: str
    top: str = "main"
    height: int = 480
    do: Callable | None = None
    width: int = 1000


def open_menu(page):
    page.locator("summary", has_text="办理").click()


def open_sum(page):
    page.get_by_text("怎么算？").click()


def open_columns(page):
    page.locator("summary", has_text="列").last.click()


def type_cells(page):
    """Three cells: stored, refused, still to be sent."""
    page.get_by_label("主题").fill("研究党建工作")
    boxes = page.locator("td[data-cell$='-3'] input")
    for row, text in enumerate(("12 5/4", "12 5/6", "19 7/7")):
        box = boxes.nth(row)
        box.fill(text)
        if row < 2:
            with page.expect_response("**/meetings/grid/**"):
                box.press("Enter")


def search(page):
    with page.expect_response("**/search/"):
        page.get_by_role("combobox", name="搜学校、组织、人员").fill("qxz")
    page.locator("#found [role=option]").first.wait_for()


def clash(page):
    """Let somebody else save first."""
    from accounts.history import Act, save
    from accounts.models import User
    from schools.models import School

    school = School.objects.get(pk=page.url.split("/")[-3])
    school.students, school.principal = school.students + 12, "孙丽华"
    save(school, act=Act(User.objects.get(username="township")))
    page.get_by_label("在校学生数").fill(str(school.students + 30))
    page.get_by_role("button", name="保存", exact=True).click()
    page.locator(".say-warn table").wait_for()


def upload(page):
    """Bring in a workbook with two good rows and two that are refused."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (
        ["临溪县学校名单"],
        ["县(市、区)", "学校名称", "学校类别", "办学性质", "在校学生数", "教职工数"],
        ["临溪县", "临溪县清溪镇初级中学", "初级中学", "公办", 806, 71],
        ["临溪县", "临溪县清溪镇第三小学", "小学", "公办", 212, 18],
        ["临溪县", "临溪县清溪镇第四小学", "小学校", "公办", "约80", 9],
    ):
        book.active.append(row)
    path = Path(tempfile.mkdtemp()) / "临溪县学校名单.xlsx"
    book.save(path)
    page.get_by_label("工作簿").set_input_files(path)
    page.get_by_role("button", name="上传并预览").click()
    page.get_by_text("现在还没有保存任何内容").wait_for()
    shutil.rmtree(path.parent)


def seal_and_open(page):
    """Seal the figures, so that there is an edition to show."""
    page.get_by_role("link", name="定稿", exact=True).last.click()
    page.get_by_label("名称").fill("报市委组织部稿")
    page.get_by_role("button", name="定稿", exact=True).click()
    page.get_by_text("已定稿，编号").wait_for(timeout=60_000)


SHOTS = (
    Shot("sign-in", "", "/login/", top="form", height=440),
    Shot("home", "county", "/", height=590),
    Shot("sum", "bureau", "/rates/", top="#sum", height=160, do=open_sum),
    Shot("unit", "bureau", "/rates/{county}/", height=620),
    Shot("scorecard", "school", "/organizations/{branch}/scorecard/", height=470),
    Shot("school-edit", "county", "/schools/{school}/edit/", height=560),
    Shot("conflict", "county", "/schools/{school}/edit/", top=".say-warn", height=260, do=clash),
    Shot("organization-acts", "county", "/organizations/{branch}/", height=540, do=open_menu),
    Shot("election", "county", "/organizations/{branch}/election/", height=560),
    Shot("transfer", "bureau", "/transfers/{transfer}/", height=560),
    Shot("development", "county", "/development/{case}/", height=600),
    Shot("grid", "county", "/meetings/grid/?type=committee&year=2025", height=560, do=type_cells),
    Shot("calendar", "county", "/calendar/", height=520),
    Shot("dues", "county", "/dues/{ledger}/", height=560),
    Shot("import-preview", "county", "/imports/new/", height=620, do=upload),
    Shot("import-refused", "county", "/imports/new/", top="#refused", height=240, do=upload),
    Shot("columns", "county", "/schools/", height=520, do=open_columns),
    Shot("search", "county", "/filters/", top="body", height=420, do=search, width=1240),
    Shot("filters", "county", "/schools/?stage=primary", height=420),
    Shot("consistency", "county", "/consistency/", height=560),
    Shot("history", "county", "/schools/{school}/history/", height=300),
    Shot("cycles", "bureau", "/progress/", height=620),
    Shot("report", "bureau", "/reports/compliance/", height=560),
    Shot("movement", "bureau", "/reports/movement/", top=".sec", height=640),
    Shot("planner", "bureau", "/reports/planner/", top=".tools", height=760),
    Shot("edition", "bureau", "/reports/editions/", top="main", height=620, do=seal_and_open),
    Shot("writing", "bureau", "/writing/", height=450),
    Shot("work", "bureau", "/work/", height=560),
    Shot("users", "sysadmin", "/users/", height=420),
)


def places() -> dict[str, int]:
    """Return the keys of the objects that the addresses name."""
    from activities.models import DuesLedger
    from orgs.models import DevelopmentCase, Organization, Transfer
    from schools.models import Jurisdiction, School

    county = Jurisdiction.objects.get(is_reporting_unit=True, unit_name="临溪县")
    here = {"jurisdiction__path__startswith": county.path}
    inside = {f"organization__{key}": value for key, value in here.items()}
    school = School.objects.get(name="临溪县清溪镇初级中学")
    return {
        "county": county.pk,
        "school": school.pk,
        "branch": Organization.objects.filter(school=school).earliest("pk").pk,
        "transfer": Transfer.objects.filter(state="pending").earliest("pk").pk,
        "case": DevelopmentCase.objects.filter(**inside, ended_on=None).latest("activist_on").pk,
        "ledger": DuesLedger.objects.filter(**inside, year=2026).earliest("pk").organization_id,
    }


def serve(application) -> str:
    """Serve the application from a thread; return its address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def take(browser, address: str, shot: Shot, keys: dict[str, int], cookie) -> int:
    """Store the picture; return its size in bytes."""
    size = {"width": shot.width, "height": 900}
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    if cookie:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page = context.new_page()
    page.goto(address + shot.address.format(**keys))
    page.evaluate("document.fonts.ready")
    if shot.do:
        shot.do(page)
    box = page.locator(shot.top).first.bounding_box()
    top = box["y"] + page.evaluate("scrollY")
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": shot.width, "height": max(900, int(top) + shot.height + 80)})
    clip = {"x": 0, "y": top, "width": shot.width, "height": min(shot.height, whole - top)}
    path = HERE / "pictures" / f"{shot.name}.png"
    page.screenshot(path=path, clip=clip, full_page=True)
    context.close()
    return path.stat().st_size


def main(names: list[str]) -> int:
    folder = Path(tempfile.mkdtemp())
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/manual.sqlite3",
        "SECRET_KEY": secrets.token_hex(32),
        "FIELD_KEY": secrets.token_hex(32),
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "partybuild.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    os.chdir(HERE.parent.parent)
    sys.path.insert(0, str(HERE.parent.parent))
    import django
    import time_machine
    from playwright.sync_api import sync_playwright

    django.setup()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.test import Client

    from accounts.models import User

    with time_machine.travel(TODAY):
        call_command("migrate", verbosity=0)
        call_command("demo", scale="small")
        keys, too_large = places(), []
        address = serve(StaticFilesHandler(get_wsgi_application()))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
            for shot in SHOTS:
                if names and shot.name not in names:
                    continue
                cookie, client = None, Client()
                if shot.user:
                    user = User.objects.get(username=shot.user)
                    client.force_login(user, backend="schools.roles.RoleBackend")
                    cookie = client.cookies["sessionid"]
                size = take(browser, address, shot, keys, cookie)
                sys.stdout.write(f"{shot.name:20}{size / 1000:8.0f} kB\n")
                too_large += [shot.name] if size > LARGEST else []
            browser.close()
    shutil.rmtree(folder)
    if too_large:
        sys.stdout.write(f"larger than {LARGEST // 1000} kB, cut closer: {', '.join(too_large)}\n")
    return bool(too_large)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
