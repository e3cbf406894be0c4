"""What a list page remembers for its user: chosen columns, and filters kept by name."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views import View

from accounts.models import User
from schools import services_lists as services
from schools.conditions import looks_personal
from schools.models import ColumnChoice, SavedFilter


class FilterForm(forms.Form):
    """The name of a filter, and whether others of the body see it."""

    name = forms.CharField(label="名称", max_length=30)
    shared = forms.BooleanField(label="本单位的用户共用", required=False)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if looks_personal(name):
            raise ValidationError("名称里不能有身份证号、手机号。")
        return name

    def problems(self) -> str:
        """Return why the form cannot be stored, in words."""
        return "".join(f"{self.fields[f].label}：{e[0]}" for f, e in self.errors.items())


class RemembersSettings(View):
    """Base of `ListPage`: keeps what its user posts to the address of the list."""

    @property
    def user(self) -> User:
        """The person who reads the list."""
        return cast(User, self.request.user)

    @property
    def list_name(self) -> str:
        """The name of this list: that of its address."""
        match = self.request.resolver_match
        return (match.url_name if match else None) or ""

    @cached_property
    def chosen_columns(self) -> list[str] | None:
        """The columns the user chose here, or None."""
        chosen = ColumnChoice.objects.visible_to(self.user).filter(list=self.list_name)
        return chosen.values_list("columns", flat=True).first()

    @cached_property
    def saved_filters(self) -> list[SavedFilter]:
        """The filters of this list the user sees: his own and those of his body."""
        saved = SavedFilter.objects.visible_to(self.user)
        return list(saved.filter(path=self.request.path))

    @property
    def body_to_share_with(self):
        """The body whose users would see a shared filter."""
        return services.body_to_share_with(self.user)

    def table(self, records):
        """Return the table of `records` with the columns the user wants."""
        table = self.make_table(records)
        if self.chosen_columns is not None:
            table.choose(self.chosen_columns)
        return table

    def post(self, request, **kwargs):
        """Keep columns or a filter, and return to the list as it was."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        acts = {"columns": self.keep_columns, "filter": self.keep_filter}
        act = acts.get(request.POST.get("keep", ""))
        if act is None:
            raise SuspiciousOperation("nothing to keep")
        act(request.POST)
        query = self.asked()
        return redirect(f"{request.path}?{query}" if query else request.path)

    def keep_columns(self, data):
        """Remember the ticked columns, or forget the choice."""
        names = [option.name for option in self.make_table([]).options]
        ticked = [name for name in names if name in data.getlist("columns")]
        chosen = None if "usual" in data else ticked
        services.choose_columns(user=self.user, list_name=self.list_name, columns=chosen)
        said = "列已恢复默认。" if chosen is None else "列已按您选的显示，导出的表格也一样。"
        messages.success(self.request, said)

    def keep_filter(self, data):
        """Keep the conditions in force under a name."""
        form = FilterForm(data)
        try:
            if not self.filterset.values:
                raise ValidationError("没有保存：这里没有条件。请先选条件，再保存。")
            if not form.is_valid():
                raise ValidationError(f"没有保存。{form.problems()}")
            services.save_filter(
                user=self.user,
                path=self.request.path,
                # Scope and page belong to the reader, not to the conditions.
                query=self.asked("scope", "page", "size"),
                title=self.title,
                words=self.conditions(),
                **form.cleaned_data,
            )
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, f"已保存筛选“{form.cleaned_data['name']}”。")
