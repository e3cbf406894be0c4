"""Error pages in Chinese, with the request id and nothing else of the inside."""

from django.shortcuts import render

from accounts.audit import record


def _page(request, status, name, **context):
    request_id = getattr(request, "id", "")
    context = {"request_id": request_id, **context}
    return render(request, f"errors/{name}.html", context, status=status)


def csrf_failure(request, reason=""):
    return _page(request, 403, "csrf")


def permission_denied(request, exception=None):
    """Answer 403 and log who was refused; a view's own sentence is shown."""
    if request.user.is_authenticated:
        record("accounts.denied", actor=request.user, label=request.path, success=False)
    return _page(request, 403, "403", message=str(exception or ""))


def not_found(request, exception=None):
    return _page(request, 404, "404")


def server_error(request):
    return _page(request, 500, "500")
