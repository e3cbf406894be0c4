"""Pages of the system administrator: users, their accounts and their grants."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from schools import services_users as services
from schools.forms_users import GrantForm, NewUserForm, PersonForm, UserFilter
from schools.models import Grant

PAGE_SIZE = 50


class UserManagement(PermissionRequiredMixin, View):
    """Base of these pages: only for system administrators."""

    permission_required = "accounts.manage_users"
    permission_denied_message = "人员与权限只有系统管理员可以打开"

    def managed(self):
        """Return the users the person manages, with their grants in order of the tree."""
        grants = Grant.objects.select_related("jurisdiction").order_by("jurisdiction__path")
        return services.users_managed_by(self.request.user).prefetch_related(
            Prefetch("grants", queryset=grants)
        )

    def user_or_404(self, pk):
        return get_object_or_404(self.managed(), pk=pk)


class UserList(UserManagement):
    """All users, with what they may do and when they last signed in."""

    def get(self, request):
        form = UserFilter(request.GET)
        users = self.managed()
        if form.is_valid():
            users = self.narrow(users, **form.cleaned_data)
        page = Paginator(users.order_by("username"), PAGE_SIZE).get_page(request.GET.get("page"))
        numbers = page.paginator.get_elided_page_range(page.number)
        return render(request, "users/list.html", {"form": form, "page": page, "numbers": numbers})

    def narrow(self, users, q, role, state):
        """Return the users that meet the conditions of the form."""
        if q:
            users = users.filter(Q(name__icontains=q) | Q(username__icontains=q))
        if role:
            users = users.filter(pk__in=Grant.objects.filter(role=role).values("user"))
        if state == "new":
            return users.filter(last_login=None)
        if state:
            return users.filter(is_active=state == "on")
        return users


class NewUser(UserManagement):
    """Create a user; the one-time password is shown in the answer and nowhere else."""

    def get(self, request):
        return self.show(NewUserForm(actor=request.user))

    def post(self, request):
        form = NewUserForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self.show(form)
        try:
            user, password = services.create_user(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.show(form)
        return render(
            request, "users/password.html", {"subject": user, "password": password, "new": True}
        )

    def show(self, form):
        return render(self.request, "users/new.html", {"form": form})


class UserPage(UserManagement):
    """One user: his grants, his account, and what can be done with them."""

    def get(self, request, pk):
        user = self.user_or_404(pk)
        return self.show(user)

    def post(self, request, pk):
        """Change name and telephone."""
        user = self.user_or_404(pk)
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self.show(user, person_form=form)
        return self.act(pk, "资料已保存。", services.change_user, user=user, **form.cleaned_data)

    def show(self, user, grant_form=None, person_form=None):
        initial = {"name": user.name, "phone": user.phone}
        context = {
            "subject": user,
            "grant_form": grant_form or GrantForm(actor=self.request.user),
            "person_form": person_form or PersonForm(initial=initial),
            "own": user == self.request.user,
        }
        return render(self.request, "users/user.html", context)

    def act(self, pk, done, service, **kwargs):
        """Run a service and return to the page with `done` or with why it was refused."""
        try:
            service(actor=self.request.user, **kwargs)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, done)
        return redirect("user", pk=pk)


class UserAction(UserPage):
    """A single act on a user, by POST only."""

    http_method_names = ["post", "options"]


class ResetPassword(UserAction):
    """Give a user a one-time password, shown in the answer and nowhere else."""

    def post(self, request, pk):
        user = self.user_or_404(pk)
        try:
            password = services.reset_password(actor=request.user, user=user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("user", pk=pk)
        return render(request, "users/password.html", {"subject": user, "password": password})


class SetActive(UserAction):
    """Enable or disable a user."""

    def post(self, request, pk):
        user = self.user_or_404(pk)
        active = request.POST.get("active") == "1"
        done = (
            f"{user.name}的账号已启用。" if active else f"{user.name}的账号已停用，登录已全部退出。"
        )
        return self.act(pk, done, services.set_active, user=user, active=active)


class AddGrant(UserAction):
    """Give a user a grant."""

    def post(self, request, pk):
        user = self.user_or_404(pk)
        form = GrantForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self.show(user, grant_form=form)
        return self.act(pk, "已授权。", services.add_grant, user=user, **form.cleaned_data)


class RemoveGrant(UserAction):
    """Take a grant back."""

    def post(self, request, pk, grant):
        user = self.user_or_404(pk)
        found = get_object_or_404(
            Grant.objects.select_related("user", "jurisdiction"), user=user, pk=grant
        )
        return self.act(pk, "授权已收回。", services.remove_grant, grant=found)
