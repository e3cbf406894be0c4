"""Copying a version into a draft, publishing a draft, and giving a year another version."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import Act
from accounts.models import User
from assessments import scoring
from assessments.editing import trial
from assessments.editing.models import StandardDraft
from assessments.models import Cycle, Standard
from assessments.services_cycles import manages_cycles
from assessments.standards import store
from assessments.standards.content import Content, as_file, content_of, differences
from assessments.standards.loading import problems
from assessments.standards.parameters import parameters

REFUSED = "标准由全市的业务管理修订和发布。您可以查看已发布的标准。"


def check_manager(actor: User) -> None:
    """Refuse whoever does not manage the whole city."""
    if not manages_cycles(actor):
        raise PermissionDenied(REFUSED)


def _next_version(standard: Standard) -> str:
    """Return a version nobody uses: the year after "2025", "2025-2" after another text."""
    taken = set(Standard.objects.filter(slug=standard.slug).values_list("version", flat=True))
    taken |= {
        draft.content.get("edition", "") for draft in StandardDraft.objects.filter(published=None)
    }
    year = re.fullmatch(r"20\d\d", standard.version)
    number = int(standard.version) + 1 if year else 2
    made = (str(n) if year else f"{standard.version[:16]}-{n}" for n in range(number, 10_000))
    return next(version for version in made if version not in taken)


@transaction.atomic
def begin(*, actor: User, based_on: Standard) -> StandardDraft:
    """Copy a published version into a draft with a version of its own."""
    check_manager(actor)
    version = _next_version(based_on)
    year = int(version) if re.fullmatch(r"20\d\d", version) else timezone.localdate().year
    content = content_of(based_on)
    content |= {"edition": version, "document": "", "effective_year": year}
    draft = StandardDraft(based_on=based_on, content=content)
    history.create(draft, act=Act(actor, source=f"复制 {based_on}"))
    audit.record("standard_draft.create", actor=actor, obj=draft, changes={"原版本": str(based_on)})
    return draft


def faults(content: Content) -> list[str]:
    """Return what the rules cannot work with, a sentence each; such a content has no trial."""
    return [f"{one}。" for one in problems(as_file(content))]


def obstacles(content: Content) -> list[str]:
    """Return what keeps a content from being published, a sentence each."""
    found = faults(content)
    if not content["document"]:
        found.append("还没有填文号。")
    if not content["effective_year"]:
        found.append("还没有填施行年度。")
    if Standard.objects.filter(slug=content["slug"], version=content["edition"]).exists():
        found.append(f"版本 {content['edition']} 已经有了，请另写一个版本。")
    return found


def untouched_wording(old: Content, new: Content) -> list[str]:
    """Return the indicators whose numbers differ between two versions and whose formula does not.

    The formula is text for people: whoever changes a number should read it again.
    """
    changed = {one.path for one in differences(old, new)}
    touched = {path.split(".")[1] for path in changed if path.endswith(".points")}
    for name, one in parameters().items():
        if f"parameters.{name}" in changed:
            touched.update(one.codes)
    return sorted(
        code
        for code in touched
        if old.get(f"indicators.{code}.formula", "") == new.get(f"indicators.{code}.formula")
        and new.get(f"indicators.{code}.included")
    )


@transaction.atomic
def publish(*, actor: User, draft: StandardDraft, expected: int | None = None) -> Standard:
    """Make the draft a version; from now on neither can be changed.

    Refused while something is wrong with it, while it does not differ from the version it
    was copied from, and before its trial on the last year was looked at. Raises
    ValidationError, history.Conflict.
    """
    check_manager(actor)
    stored = history.lock(draft)
    if stored.published_id:
        raise ValidationError("这份修订稿已经发布，没有再次发布。")
    if stored.withdrawn_at:
        raise ValidationError("这份修订稿已经撤回，要先恢复才能发布。")
    if expected is not None and stored.version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    content = stored.content
    if found := obstacles(content):
        raise ValidationError(found)
    changed = {one.path for one in differences(content_of(stored.based_on), content)}
    if not changed - {"edition", "document", "effective_year"}:
        raise ValidationError("修订稿与原版本没有差别，没有发布。要用原版本，不必另发布。")
    cycle = trial.last_year()
    if cycle and trial.find(content, cycle) is None:
        raise ValidationError(
            f"还没有看过按这份修订稿 {cycle.year} 年度的结果会怎样变化。请先试算，再发布。"
        )
    standard = store(content, published_at=timezone.now(), published_by=actor)
    stored.published = standard
    history.save(stored, act=Act(actor, source="发布标准"))
    audit.record(
        "standard.publish",
        actor=actor,
        obj=standard,
        changes={
            "原版本": str(stored.based_on),
            "文号": standard.document,
            "施行年度": standard.effective_year,
            "改动": len(changed),
            "checksum": standard.checksum[:12],
        },
    )
    return standard


@transaction.atomic
def change_standard(*, actor: User, cycle: Cycle, standard: Standard, reason: str) -> Cycle:
    """Give an open year another version and score it anew.

    A confirmed year keeps its version for ever. Refused without a reason, and before the
    trial of that version on that year was looked at.
    """
    check_manager(actor)
    cycle = (
        Cycle.objects.select_for_update(of=("self",)).select_related("standard").get(pk=cycle.pk)
    )
    reason = reason.strip()
    if cycle.is_confirmed:
        raise ValidationError(
            f"{cycle.year} 年度已于 {cycle.confirmed_on} 确认，标准不能再换。"
            "新的标准从以后的年度起用。"
        )
    if cycle.standard_id == standard.pk:
        raise ValidationError({"standard": f"{cycle.year} 年度现在用的就是 {standard}。"})
    if standard.effective_year and standard.effective_year > cycle.year:
        raise ValidationError(
            {"standard": f"{standard} 从 {standard.effective_year} 年度起施行，早一年不能用。"}
        )
    if not reason:
        raise ValidationError({"reason": "请写明换标准的理由。"})
    if cycle.scored_at and trial.find(content_of(standard), cycle) is None:
        raise ValidationError(
            f"还没有看过按 {standard} {cycle.year} 年度的结果会怎样变化。请先试算，再换标准。"
        )
    old, cycle.standard = cycle.standard, standard
    cycle.save(update_fields=["standard"])
    audit.record(
        "cycle.standard",
        actor=actor,
        obj=cycle,
        changes={"standard": [str(old), str(standard)], "理由": reason},
    )
    if cycle.scored_at:
        scoring.score_cycle(cycle, actor=actor)
    return cycle
