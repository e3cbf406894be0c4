"""The pages of one record: new, change, withdraw, history, restore; declared once per type.

    class MemberPages(RecordPages):
        slug, model, form_class, title = "member", Member, MemberForm, "党员"
        def touched(self, record): ...

    urlpatterns = [*MemberPages.urls("members/"), ...]

gives `members/new/` (member_new), `members/<pk>/edit/`, `.../withdraw/`, `.../history/`
and `.../restore/`. What is written goes through `RecordPages.write`, by default
schools.writing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import get_resolver, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import history
from accounts.actions import name_record_actions
from accounts.history import Act, Conflict
from accounts.models import Record, Revision, User
from schools import writing
from schools.access import EDIT, READ
from schools.asked import number
from schools.bodies import set_bodies
from schools.history_words import in_words
from schools.record_forms import Clash, RecordForm, meet
from sheets.forms import Stored

RECENT = 5


class RecordPages:
    """How one type of record is kept in the browser. See the attributes."""

    # Names the addresses and the log actions; the URL name of the record's own page.
    slug: ClassVar[str]
    model: ClassVar[Any]
    form_class: ClassVar[type[RecordForm]]
    # What one is called, as in 修改党员.
    title: ClassVar[str]
    # URL name of the list the breadcrumb leads to, with its label.
    list_url: ClassVar[str]
    list_label: ClassVar[str]
    # Relations the pages read of a record.
    related: ClassVar[tuple[str, ...]] = ()
    # The heading of the form of a new record (by default 新建 and the title), and what
    # else is to be said on it.
    new_title: ClassVar[str] = ""
    new_lead: ClassVar[str] = ""
    # Columns put back together with the one of a field, by the name of the field.
    together: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Fields of the form that can be changed on many records at once (schools/bulk.py).
    bulk_fields: ClassVar[tuple[str, ...]] = ()
    # Records are made by another page (an admission, an election): no page for new ones.
    can_create: ClassVar[bool] = True
    # What draws the form.
    template: ClassVar[str] = "records/form.html"

    # -- what a subclass may tell -----------------------------------------------------

    def touched(self, record: Any) -> Stored | None:
        """Return what is to be scored anew when the record changes."""
        return None

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values a new record starts with: from last year, from the address."""
        return {}

    def write(self, form: RecordForm, *, act: Act, expected: int | None) -> Revision | None:
        """Store what the form holds. Raises Conflict, ValidationError."""
        record = form.save(commit=False)
        verb = "create" if record.pk is None else "change"
        judged = set(form.changed_data) - {"version", "reason"} - record.afterwards
        return writing.write(
            record,
            act=act,
            action=f"{self.slug}.{verb}",
            touched=self.touched if record.pk is None or judged else writing.nothing,
            expected=expected,
        )

    def withdraw(self, record: Any, *, act: Act, expected: int | None) -> Revision | None:
        """Withdraw the record. Raises ValidationError where something hangs on it."""
        return writing.withdraw(
            record,
            act=act,
            action=f"{self.slug}.withdraw",
            touched=self.touched,
            expected=expected,
        )

    def url(self, record: Any) -> str:
        """Return the address of the page that shows the record."""
        return reverse(self.slug, args=[record.pk])

    def name(self, record: Any) -> str:
        """Return what the record is called on its pages."""
        return str(record)

    def holder(self, record: Any) -> Any:
        """Return the record whose `jurisdiction` the strip of the page shows."""
        for step in self.model.everything.all().scope_lookup.split("__")[:-2]:
            record = getattr(record, step)
        return record

    # -- addresses --------------------------------------------------------------------

    @classmethod
    def urls(cls, prefix: str) -> list:
        """Return the URL patterns under `prefix`."""
        pages = cls()
        registry[history.label_of(cls.model)] = pages
        name_record_actions(cls.slug, cls.title)
        one = f"{prefix}<int:pk>/"
        patterns = [
            path(f"{one}edit/", pages.edit, name=f"{cls.slug}_edit"),
            path(f"{one}withdraw/", pages.withdraw_page, name=f"{cls.slug}_withdraw"),
            path(f"{one}history/", pages.history, name=f"{cls.slug}_history"),
            path(f"{one}restore/", pages.restore, name=f"{cls.slug}_restore"),
        ]
        if cls.can_create:
            patterns.insert(0, path(f"{prefix}new/", pages.new, name=f"{cls.slug}_new"))
        return patterns

    # -- finding ----------------------------------------------------------------------

    def visible(self, request: HttpRequest, pk: int) -> Any:
        """Return the record for reading, withdrawn ones too; 404 outside the scope."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        rows = self.model.everything.visible_to(request.user).select_related(*self.related)
        return get_object_or_404(rows, pk=pk)

    def editable(self, request: HttpRequest, pk: int) -> Any:
        """Return the record for changing; 404 if not seen, 403 if seen and not to be changed."""
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        record = self.visible(request, pk)
        if not self.may_edit(request.user, record):
            raise PermissionDenied("您可以查看这条记录，不能修改。需要时请找它的管理主体。")
        return record

    def may_edit(self, user, record: Any) -> bool:
        """Tell whether `user` may change the record."""
        if not user.has_perm(EDIT):
            return False
        return self.model.everything.editable_by(user).filter(pk=record.pk).exists()

    @staticmethod
    def as_data(values: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser would send for the values of a form."""
        data = {}
        for name, value in values.items():
            if value is None or value is False:
                continue
            data[name] = "on" if value is True else value
        return data

    def act(self, request: HttpRequest, reason: str, source: str) -> Act:
        """Return who writes, why and from which page."""
        return Act(cast(User, request.user), reason=reason, source=source)

    def context(self, record: Any) -> dict[str, Any]:
        """Return what the templates need of the record, None for one not yet made."""
        if record is None:
            return {"pages": self, "record": None, "back": reverse(self.list_url)}
        holder = self.holder(record)
        set_bodies([holder])
        names = ("edit", "withdraw", "history", "restore")
        return {
            "pages": self,
            "record": record,
            "record_name": self.name(record),
            "record_body": holder.body,
            "back": self.url(record),
            **{f"{name}_url": reverse(f"{self.slug}_{name}", args=[record.pk]) for name in names},
        }

    # -- pages ------------------------------------------------------------------------

    @property
    def new(self):
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request):
            if not request.user.has_perm(EDIT):
                raise PermissionDenied
            form = self.form_class(
                request.POST or None, initial=self.initial(request), user=request.user
            )
            done, title = None, self.new_title or f"新建{self.title}"
            if request.method == "POST" and form.is_valid():
                done = self._store(request, form, title, None)
            if done:
                return done
            context = self.context(None) | {"form": form, "heading": title}
            status = 400 if form.is_bound else 200
            return render(request, self.template, context, status=status)

        return page

    @property
    def edit(self):
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request, pk):
            record = self.editable(request, pk)
            if record.withdrawn_at:
                messages.info(request, "这条记录已经撤回，要先恢复才能修改。")
                return redirect(f"{self.slug}_history", pk)
            clash, data = None, request.POST or None
            if data:
                clash = self._clash(record, data, request.user)
                data = clash.data if clash and not clash.is_open else data
            form = self.form_class(data, instance=record, user=request.user)
            # What somebody else changed on other pages of the record is no question here.
            stands = clash is None or not clash.lines
            stands = stands or (not clash.is_open and _seen(request.POST, record))
            if data and stands and form.is_valid():
                expected = form.cleaned_data.get("version") or record.version
                if response := self._store(request, form, f"修改{self.title}", expected):
                    return response
                if not form.errors:
                    # Somebody was quicker by a moment: read again and compare.
                    record = self.editable(request, pk)
                    clash, stands = self._clash(record, request.POST, request.user), False
                    form = self.form_class(request.POST, instance=record, user=request.user)
            recent = list(history.revisions(record)[:RECENT])
            context = self.context(record) | {
                "form": form,
                "version": record.version,
                "clash": None if stands else clash,
                "heading": f"修改：{self.name(record)}",
                "recent": in_words(record, recent),
            }
            status = 409 if context["clash"] else 400 if data else 200
            return render(request, self.template, context, status=status)

        return page

    def _clash(self, record: Any, data, user) -> Clash | None:
        opened = number(data.get("version", ""))
        if opened is None or opened >= record.version or not history.since(record, opened):
            return None
        return meet(self.form_class, record, data, user=user, opened=opened)

    def _store(self, request, form, source: str, expected: int | None) -> HttpResponse | None:
        """Write; None where the form now says why not, or (no errors) on a conflict."""
        act = self.act(request, form.cleaned_data.get("reason", ""), source)
        try:
            with transaction.atomic():
                revision = self.write(form, act=act, expected=expected)
        except ValidationError as error:
            form.refuse(error)
            return None
        except IntegrityError:
            form.add_error(None, "同样的记录刚刚有人保存过，请刷新后核对。")
            return None
        except Conflict:
            return None
        if revision:
            messages.success(request, self.said(form.instance, revision))
        else:
            messages.info(request, "没有改动，没有保存。")
        return redirect(self.url(form.instance))

    def said(self, record: Any, revision: Revision) -> str:
        """Return the sentence shown after saving."""
        if revision.action == Revision.Action.CREATE:
            return f"已新建“{self.name(record)}”。"
        return f"已保存“{self.name(record)}”，改动 {len(revision.changes)} 处。"

    @property
    def withdraw_page(self):
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request, pk):
            record = self.editable(request, pk)
            reason = request.POST.get("reason", "").strip()
            error = ""
            if request.method == "POST":
                error = "" if reason else "请写明撤回的理由。"
                expected = number(request.POST.get("version", ""))
                try:
                    if not error:
                        act = self.act(request, reason, f"撤回{self.title}")
                        self.withdraw(record, act=act, expected=expected)
                        messages.success(
                            request, f"已撤回“{self.name(record)}”。在改动历史里可以恢复。"
                        )
                        return redirect(f"{self.slug}_history", pk)
                except (ValidationError, Conflict) as refusal:
                    error = "；".join(getattr(refusal, "messages", [str(refusal)]))
            context = self.context(record) | {"error": error, "reason": reason}
            status = 400 if error else 200
            return render(request, "records/withdraw.html", context, status=status)

        return page

    @property
    def history(self):
        @require_safe
        def page(request, pk):
            record = self.visible(request, pk)
            found = Paginator(history.revisions(record).select_related("actor"), 50)
            page = found.get_page(request.GET.get("page"))
            may_edit = self.may_edit(request.user, record)
            numbers = found.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
            context = self.context(record) | {
                "page": page,
                "numbers": numbers,
                "told": in_words(record, list(page)),
                "may_edit": may_edit,
                "restorable": self._restorable() if may_edit and not record.withdrawn_at else (),
                "withdrawn_at": record.withdrawn_at and timezone.localtime(record.withdrawn_at),
            }
            return render(request, "records/history.html", context)

        return page

    def _restorable(self) -> set[str]:
        """Return the attribute names whose earlier values can be put back: those of the form."""
        names = set(self.form_class.base_fields)
        return {f.attname for f in history.tracked(self.model) if f.name in names}

    @property
    def restore(self):
        @require_POST
        def page(request, pk):
            record = self.editable(request, pk)
            back = redirect(f"{self.slug}_history", pk)
            try:
                if record.withdrawn_at and request.POST.get("what") == "record":
                    act = self.act(request, "恢复已撤回的记录", "改动历史")
                    writing.bring_back(
                        record,
                        act=act,
                        action=f"{self.slug}.return",
                        touched=self.touched,
                    )
                    messages.success(request, f"已恢复“{self.name(record)}”。")
                    return back
                return self._restore_value(request, record) or back
            except ValidationError as error:
                messages.error(request, f"没有恢复。{'；'.join(error.messages)}")
                return back

        return page

    def _restore_value(self, request, record) -> HttpResponse | None:
        """Put the earlier value of one field back, by way of the form and its checks."""
        name = request.POST.get("field", "")
        if name not in self._restorable():
            raise Http404
        revision = get_object_or_404(
            history.revisions(record), pk=number(request.POST.get("revision", ""))
        )
        if name not in revision.changes:
            raise Http404
        field = next(f for f in history.tracked(self.model) if f.attname == name)
        restored = history.at_version(record, record.version)
        columns = {f.attname: f for f in history.tracked(self.model)}
        for column in (name, *self.together.get(field.name, ())):
            if column in revision.changes:
                old = history.unpack(columns[column], revision.changes[column][0])
                setattr(restored, column, old)
        values = self.form_class(instance=restored, user=request.user).values()
        data = self.as_data(values)
        if hasattr(field, "mask"):
            # The form shows a personal number masked and reads it in full.
            data[field.name] = getattr(restored, name)
        when = timezone.localtime(revision.at)
        reason = f"恢复 {when:%Y-%m-%d %H:%M} 改动前的“{field.verbose_name}”"
        data |= {"version": str(record.version), "reason": reason}
        form = self.form_class(data, instance=record, user=request.user)
        if not form.is_valid():
            reasons = [e for errors in form.errors.values() for e in errors]
            messages.error(request, f"没有恢复。{'；'.join(map(str, reasons))}")
            return None
        self._store(request, form, "改动历史", record.version)
        return None


def _seen(data, record: Record) -> bool:
    """Tell whether the comparison the person answered was about the stored version."""
    return data.get("seen") == str(record.version)


# The pages of each type of record, by the label of its model.
registry: dict[str, RecordPages] = {}


def all_pages() -> Collection[RecordPages]:
    """Return the pages of every type of record; a command has not read the addresses yet."""
    _ = get_resolver().url_patterns
    return registry.values()
