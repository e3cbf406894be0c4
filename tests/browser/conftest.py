"""A real browser on a live server.

Every page opened by `page_at` is watched: a script error, a message of the content
security policy, or a request to another machine fails the test.
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One program per site is for strangers' pages: here every page is our own.
    "--disable-site-isolation-trials",
]
# What plotly tries when it loads, to learn what the browser can do: refused, and harmless.
KNOWN = (
    "sha256-V2sIX92Uh6ZaGSFTKMHghsB85b9toJtmazgG09AI2uk=",
    "data:image/webp;base64,UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAAAfQ//73v/+BiOh/AAA=",
    "the server responded with a status of",
    # A connection that a test cuts off.
    "net::ERR_CONNECTION_FAILED",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGS}


@pytest.fixture(scope="session")
def window(browser, live_server):
    """A browser page for whichever test is at it: opening one costs more than most tests do."""
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context.new_page()
    context.close()


def sign_in(context, user, url):
    """Let the browser of `context` be signed in as `user` at the server of `url`."""
    client = Client()
    client.force_login(user, backend="schools.roles.RoleBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def leave(page, url):
    """Let nothing of the test that ends be found by the next one."""
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    page.context.clear_cookies()
    everything = {"origin": url, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)


@pytest.fixture
def window_at(live_server, new_context, window):
    """Return a function that opens a browser page of a given width, signed in as a user.

    The first of a test is the one all tests share; any other, and one that is to be
    `alone` because the test leaves listeners or more pages behind, is new.
    """
    opened = []

    def open_page(width=1366, height=800, user=None, alone=False):
        if opened or alone:
            context = new_context(
                base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            page = context.new_page()
        else:
            page = window
            opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(10_000)
        if user:
            sign_in(page.context, user, live_server.url)
        return page

    yield open_page
    if opened:
        leave(window, live_server.url)


@pytest.fixture
def page_at(live_server, window_at):
    """Return a function that opens a watched page, as `window_at` does."""
    problems, watched = [], []

    def on_error(error):
        problems.append(f"script: {error}")

    def on_message(message):
        if message.type == "error" and not any(known in message.text for known in KNOWN):
            problems.append(message.text)

    def on_request(request):
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            problems.append(f"request to {request.url}")

    listeners = {"pageerror": on_error, "console": on_message, "request": on_request}

    def open_page(*args, **kwargs):
        page = window_at(*args, **kwargs)
        for event, listener in listeners.items():
            page.on(event, listener)
        watched.append(page)
        return page

    yield open_page
    for page in watched:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    assert not problems


def sideways(page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
