"""Error pages in Chinese, with the request id and nothing else of the inside."""

from django.shortcuts import render

from accounts.audit import record


def _page(request, status, name, **context):
    request_id = getattr(request, "id", "")
    context = {"request_id": request_id, **context}
    return render(request, f"errors/{name}.html", context, status=status)


def csrf_failure(request, reason=""):
    """Answer 403; what was typed on a page of ours can be sent again as it is."""
    return _page(request, 403, "csrf", again=_typed(request))


def _typed(request) -> list[tuple[str, str]]:
    """Return the fields that may be sent again: from our own pages, no passwords, no files.

    The token of an open page ends when its person signs in anew in another window. The
    browser tells where a form came from (Origin); that of another site is never offered.
    """
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not ours or request.FILES or any("password" in name for name in request.POST):
        return []
    pairs = ((name, value) for name, values in request.POST.lists() for value in values)
    return [pair for pair in pairs if pair[0] != "csrfmiddlewaretoken"]


def permission_denied(request, exception=None):
    """Answer 403 and log who was refused; a view's own sentence is shown."""
    if request.user.is_authenticated:
        record("accounts.denied", actor=request.user, label=request.path, success=False)
    return _page(request, 403, "403", message=str(exception or ""))


def not_found(request, exception=None):
    return _page(request, 404, "404")


def server_error(request):
    return _page(request, 500, "500")
