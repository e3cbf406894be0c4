"""Error pages in Chinese, with the request id and nothing else of the inside."""

from django.shortcuts import render


def _page(request, status, name):
    return render(request, f"errors/{name}.html", {"request_id": request.id}, status=status)


def csrf_failure(request, reason=""):
    return _page(request, 403, "csrf")


def permission_denied(request, exception=None):
    return _page(request, 403, "403")


def not_found(request, exception=None):
    return _page(request, 404, "404")


def server_error(request):
    return _page(request, 500, "500")
