"""The page of one act on a record, such as renaming an organization; declared like its records.

class Rename(ActPage):
slug, path, pages = "organization_rename", "rename", OrganizationPages()
title, form_class = "更名", RenameForm
def do(self, record, form, act): ...

urlpatterns = [Rename.url("organizations/"), ...]
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.history import Act, Conflict
from accounts.models import User
from schools.access import EDIT
from schools.act_forms import ActForm
from schools.records import RecordPages


class ActPage:
    """How one act is done in the browser. See the attributes."""

    # URL name, and the last part of the address under the record's own.
    slug: ClassVar[str]
    path: ClassVar[str]
    # The pages of the record the act is done on.
    pages: ClassVar[RecordPages]
    # What the act is called, as in 更名; the label of the button that does it.
    title: ClassVar[str]
    verb: ClassVar[str] = ""
    form_class: ClassVar[type[ActForm]]
    # One line under the title: what the act does and what it is not for.
    lead: ClassVar[str] = ""
    template: ClassVar[str] = "records/act.html"
    # Takes something away: the button is drawn so.
    is_grave: ClassVar[bool] = False
    # Makes a record instead of working on one: no record in the address, None elsewhere.
    is_new: ClassVar[bool] = False

    # -- what a subclass may tell -----------------------------------------------------

    def do(self, record: Any, form: Any, act: Act) -> str:
        """Do it and return the sentence to show. Raises ValidationError, Conflict."""
        raise NotImplementedError

    def may(self, user, record: Any) -> bool:
        """Tell whether `user` may do this on the record; by default whoever may change it."""
        return self.pages.may_edit(user, record)

    def refusal(self, record: Any) -> str:
        """Return the sentence for who may change the record but not do this act."""
        return "您可以查看这条记录，不能办理这件事。需要时请找它的管理主体。"

    def stop(self, record: Any) -> str:
        """Return why the act cannot be done on the record as it is now; "" if it can."""
        return ""

    def initial(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return the values the form starts with."""
        return {}

    def extra(self, request: HttpRequest, record: Any, form: Any) -> dict[str, Any]:
        """Return what else the template of the act needs."""
        return {}

    def done_url(self, record: Any) -> str:
        """Return where to go when it is done."""
        return self.pages.url(record)

    # -- addresses and the page ---------------------------------------------------------

    @classmethod
    def url(cls, prefix: str):
        """Return the URL pattern under the addresses of the record."""
        one = "" if cls.is_new else "<int:pk>/"
        return path(f"{prefix}{one}{cls.path}/", cls().view, name=cls.slug)

    def address(self, record: Any) -> str:
        """Return the address of the act on `record`."""
        return reverse(self.slug, args=[record.pk])

    @property
    def view(self):
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request, pk=None):
            record = None if pk is None else self.pages.editable(request, pk)
            if record is None and not request.user.has_perm(EDIT):
                raise PermissionDenied
            if record is not None:
                if not self.may(request.user, record):
                    raise PermissionDenied(self.refusal(record))
                if record.withdrawn_at:
                    messages.info(request, "这条记录已经撤回，要先恢复才能办理。")
                    return redirect(f"{self.pages.slug}_history", pk)
            return self._page(request, record)

        return page

    def _page(self, request: HttpRequest, record: Any) -> HttpResponse:
        stop = "" if record is None else self.stop(record)
        form = self.form_class(
            request.POST if request.method == "POST" and not stop else None,
            initial=self.initial(request, record),
            user=cast(User, request.user),
            record=record,
        )
        done = form.is_bound and form.is_valid() and self._do(request, record, form)
        if done:
            return done
        named = "" if record is None else f"：{self.pages.name(record)}"
        context = self.pages.context(record) | {
            "page": self,
            "form": form,
            "stop": stop,
            "heading": f"{self.title}{named}",
        }
        context |= self.extra(request, record, form)
        return render(request, self.template, context, status=400 if form.is_bound else 200)

    def _do(self, request, record, form) -> HttpResponse | None:
        act = Act(request.user, reason=form.cleaned_data.get("reason", ""), source=self.title)
        try:
            with transaction.atomic():
                said = self.do(record, form, act)
        except ValidationError as error:
            form.refuse(error)
        except IntegrityError:
            form.add_error(None, "同样的内容刚刚有人保存过，请刷新后核对。")
        except Conflict as conflict:
            last = conflict.since[0]
            at = timezone.localtime(last.at)
            form.add_error(
                None,
                f"您打开后，{last.actor_name or '有人'}在 {at:%m-%d %H:%M} 改过这份资料。"
                "请刷新核对后再办理。",
            )
        else:
            messages.success(request, said)
            return redirect(self.done_url(record))
        return None
