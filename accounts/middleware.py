"""What the rest needs to know of the request at hand, and sign-in by default."""

import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control

_current: ContextVar["RequestFacts | None"] = ContextVar("request", default=None)

# Key in the session: when it began, in seconds since 1970.
SIGNED_IN_AT = "signed_in_at"
# Names of the pages a person may open before signing in, or before choosing a password.
OPEN_PAGES = {"login", "logout", "healthz"}
OPEN_BEFORE_PASSWORD = OPEN_PAGES | {"password"}


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Id and source address of a request, as the operation log keeps them."""

    id: str
    address: str | None


def current_request() -> RequestFacts | None:
    """Return the facts of the request at hand, or None outside a request."""
    return _current.get()


class RequestContextMiddleware:
    """Give each request a short id, shown on error pages and kept in the log."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = secrets.token_hex(4).upper()
        token = _current.set(RequestFacts(request.id, request.META.get("REMOTE_ADDR") or None))
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request.id
        return response


class SignedInMiddleware:
    """Every page but the open ones needs a signed-in user; none of them is cached."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            patch_cache_control(response, no_store=True, private=True)
        return response

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.url_name
        if name in OPEN_PAGES:
            return None
        if not request.user.is_authenticated:
            return self.to_login(request)
        if time.time() - request.session.get(SIGNED_IN_AT, time.time()) > settings.SESSION_LONGEST:
            logout(request)
            return self.to_login(request)
        if request.user.must_change_password and name not in OPEN_BEFORE_PASSWORD:
            return redirect("password")
        return None

    @staticmethod
    def to_login(request):
        """Lead to the sign-in page; a part of a page cannot hold it, so the page is loaded anew."""
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())
