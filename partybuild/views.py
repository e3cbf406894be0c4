"""The manual: its contents, and one chapter."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partybuild.manual import CHAPTERS, find


@require_safe
def manual(request):
    """Show all chapters with what they tell; with `q`, the parts that hold these words."""
    asked = request.GET.get("q", "").strip()[:60]
    context = {"chapters": CHAPTERS, "asked": asked, "found": find(asked)}
    return render(request, "help/contents.html", context)


@require_safe
def chapter(request, slug):
    """Show one chapter."""
    for place, one in enumerate(CHAPTERS):
        if one.slug == slug:
            after = CHAPTERS[place + 1] if place + 1 < len(CHAPTERS) else None
            context = {"chapter": one, "chapters": CHAPTERS, "after": after}
            return render(request, "help/chapter.html", context)
    raise Http404
