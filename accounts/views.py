"""Signing in and out, passwords, and whether the service is alive."""

from __future__ import annotations

import math
import time

from axes.conf import settings as axes_settings
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.forms import ChangePasswordForm, SignInForm
from accounts.middleware import SIGNED_IN_AT
from accounts.models import User
from accounts.services import change_password


def locked_out(request, response, credentials):
    """Return the answer to a locked name (setting AXES_LOCKOUT_CALLABLE): the page with 429.

    `SignInView` has already put the reason and the time left on the page.
    """
    response.status_code = 429
    return response


class SignInView(LoginView):
    """The sign-in page. Every name gets the same answers, whether it exists or not."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        self.request.session[SIGNED_IN_AT] = time.time()
        record("accounts.sign_in", actor=form.get_user(), obj=form.get_user())
        return response

    def form_invalid(self, form):
        problem = ""
        if form.non_field_errors():
            problem = self.refuse(form.cleaned_data["username"])
        return self.render_to_response(self.get_context_data(form=form, problem=problem))

    def refuse(self, username: str) -> str:
        """Log a failed attempt; return what to tell: the tries left, or how long the lock lasts."""
        user = User.objects.filter(username__iexact=username).first()
        # A name nobody has may be a password typed into the wrong field: it is not kept.
        label = user.username if user else "没有这个用户"
        locked = getattr(self.request, "axes_locked_out", False)
        tries = getattr(self.request, "axes_failures_since_start", None)
        if not locked or tries:
            record("accounts.sign_in_failed", actor=None, obj=user, label=label, success=False)
        if not locked:
            left = axes_settings.AXES_FAILURE_LIMIT - (tries or 0)
            return f"用户名或密码不对，还可以再试 {left} 次。"
        if tries:
            record("accounts.locked", actor=None, obj=user, label=label, success=False)
        return (
            f"这个用户名在本机连续输错 {axes_settings.AXES_FAILURE_LIMIT} 次，已经锁定。"
            f"请 {self.minutes_left(username)} 分钟后再试，或请本级系统管理员重置密码。"
        )

    def minutes_left(self, username: str) -> int:
        """Return after how many minutes the lock of `username` at this address ends."""
        last = (
            AccessAttempt.objects.filter(
                username=username, ip_address=get_client_ip_address(self.request)
            )
            .order_by("-attempt_time")
            .values_list("attempt_time", flat=True)
            .first()
        )
        now = timezone.now()
        left = (last or now) + get_cool_off(self.request) - now
        return max(1, math.ceil(left.total_seconds() / 60))


class SignOutView(LogoutView):
    """Sign out by POST; the browser is told to forget what it kept (no page after 'back')."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            record("accounts.sign_out", actor=request.user, obj=request.user)
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


class PasswordView(PasswordChangeView):
    """Change one's own password; asked for after the first sign-in and after a reset."""

    template_name = "accounts/password.html"
    form_class = ChangePasswordForm

    def form_valid(self, form):
        change_password(user=self.request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, "密码已修改。其他电脑上的登录已经退出。")
        return redirect(reverse("home"))


@require_safe
def healthz(request):
    """Tell whether the database answers: 200 "ok", else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
