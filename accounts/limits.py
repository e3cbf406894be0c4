"""How often one person may do in an hour what could empty the register (ASVS V2.4.1).

A floor above names a `Limit` and spends it; who has none left gets 429 with a sentence.
The hour is counted from the first act, in the database: it survives a restart and holds
for all processes. The first refusal of an hour stands in the operation log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.db.models import F
from django.shortcuts import render
from django.utils import timezone

from accounts.audit import record
from accounts.models import Quota, User

HOUR = timedelta(hours=1)


class TooMany(Exception):
    """A person has done something too often; `until` is when he may do it again."""

    def __init__(self, limit: Limit, until: datetime):
        self.limit, self.until = limit, until
        super().__init__(
            f"没有{limit.act}：一小时内最多{limit.act} {limit.per_hour} 次，您已经用完。"
            f"请在 {timezone.localtime(until):%H:%M} 以后再试。"
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """So many acts in an hour for each person; `act` is the verb of the sentence."""

    key: str
    per_hour: int
    act: str

    def spend(self, user: User) -> None:
        """Count one act of `user`; raise TooMany, and log it once, when none is left."""
        now = timezone.now()
        mine = Quota.objects.filter(user=user, act=self.key)

        def take() -> int:
            # One statement, so that requests at the same time cannot pass together.
            left = mine.filter(since__gt=now - HOUR, count__lt=self.per_hour)
            return left.update(count=F("count") + 1)

        if take():
            return
        if not mine.filter(since__lte=now - HOUR).update(since=now, count=0, refused=False):
            mine.get_or_create(user=user, act=self.key, defaults={"since": now})
        if take():
            return
        if mine.filter(refused=False).update(refused=True):
            record("accounts.limited", actor=user, label=self.act, success=False)
        raise TooMany(self, mine.get().since + HOUR)


# Tables that leave the system, whichever floor writes them.
EXPORTS = Limit("export", 60, "导出")


def limited(limit: Limit) -> Callable:
    """Return a decorator for views: each call spends `limit`."""

    def decorate(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            limit.spend(request.user)
            return view(request, *args, **kwargs)

        return counted

    return decorate


class TooManyMiddleware:
    """Answer 429, with the sentence and the time, where a view raised TooMany."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, TooMany):
            return None
        context = {"message": str(exception), "request_id": request.id}
        response = render(request, "errors/429.html", context, status=429)
        response["Retry-After"] = max(1, int((exception.until - timezone.now()).total_seconds()))
        return response
