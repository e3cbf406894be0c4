"""The page of a user's filters: open, rename, share, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from schools import services_lists as services
from schools.access import READ, needs
from schools.list_settings import FilterForm
from schools.models import SavedFilter


@require_safe
@needs(READ)
def saved_filters(request):
    """List the user's filters, and those others of his bodies share."""
    found = SavedFilter.objects.visible_to(request.user).select_related("user", "body")
    found = list(found.order_by("list", "name"))
    context = {
        "own": [saved for saved in found if saved.user_id == request.user.pk],
        "shared": [saved for saved in found if saved.user_id != request.user.pk],
        "body": services.body_to_share_with(request.user),
    }
    return render(request, "schools/saved_filters.html", context)


def own(request, pk) -> SavedFilter:
    """Return a filter of the user's own; 404 for any other."""
    return get_object_or_404(SavedFilter, user=request.user, pk=pk)


@require_POST
@needs(READ)
def change_filter(request, pk):
    """Rename a filter, share it or end the sharing."""
    saved, form = own(request, pk), FilterForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(f"没有保存。{form.problems()}")
        services.change_filter(saved=saved, **form.cleaned_data)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"已保存筛选“{saved.name}”。")
    return redirect("saved_filters")


@require_POST
@needs(READ)
def delete_filter(request, pk):
    """Delete a filter."""
    saved = own(request, pk)
    services.delete_filter(saved=saved)
    messages.success(request, f"已删除筛选“{saved.name}”。")
    return redirect("saved_filters")
