"""What a page asks of its user before it answers."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from accounts.limits import Limit

READ = "schools.view_records"
EDIT = "schools.edit_records"
# Pages of one record, whatever its kind.
RECORDS = Limit("record", 600, "打开记录")


def needs(permission: str):
    """Return a decorator for views: a user without `permission` gets 403."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate
