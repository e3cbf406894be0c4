"""The search in the bar of every page, and the look-up of one person by the ID number."""

from __future__ import annotations

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.limits import Limit
from orgs.finding import find
from orgs.models import Member
from orgs.personal import cover_id_number, lookup_hash
from schools.access import READ, needs
from schools.conditions import looks_personal
from schools.finding import enough
from sheets.normalise import CellError, parse_id_number

# Results of each kind on the page and in the box under the bar; the lists show the rest.
ON_PAGE, IN_BOX = 10, 5
LONGEST = 60
LOOK_UPS = Limit("id_look_up", 20, "查找身份证号")
# The same for a number nobody has and for one of a person elsewhere.
NOT_FOUND = "您的范围里没有这个号码的党员。号码不在系统里，或者属于别的单位，这里不作区分。"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(READ)
def search(request):
    """Find schools, organizations and people in the user's scope by name, 拼音 or code.

    The bar and the form of the page post what is typed, so that an ID number entered by
    mistake stands in no address; it is refused and not repeated. htmx gets the results
    alone, for the box under the bar or for the page; others are led to the address of
    the results.
    """
    data = request.POST if request.method == "POST" else request.GET
    asked = data.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if looks_personal(asked):
        context = {"q": "", "refused": True}
    elif request.method == "POST" and not request.htmx:
        return redirect(f"{reverse('search')}?{urlencode({'q': asked})}" if asked else "search")
    else:
        in_box = request.htmx and request.htmx.target == "found"
        groups = find(request.user, asked, most=IN_BOX if in_box else ON_PAGE)
        context = {"q": asked, "groups": groups, "enough": enough(asked)}
    template = "orgs/search.html"
    if request.htmx and not request.htmx.history_restore_request:
        template = "orgs/found.html" if request.htmx.target == "found" else "orgs/results.html"
    return render(request, template, context)


@require_POST
@needs(READ)
def look_up_id(request):
    """Find one member by the whole ID number.

    By POST alone, counted and logged; the number is shown nowhere again. Whether a person
    outside the user's scope has it is not told: one query and one sentence for both.
    """
    try:
        number = parse_id_number(request.POST.get("number", "")[:40], today=timezone.localdate())
    except CellError as error:
        problem = f"没有查找：{error.reason}。{error.fix}。"
        return render(request, "orgs/search.html", {"problem": problem}, status=400)
    if number is None:
        problem = "没有查找：请输入 18 位身份证号。"
        return render(request, "orgs/search.html", {"problem": problem}, status=400)
    LOOK_UPS.spend(request.user)
    rows = Member.objects.visible_to(request.user).select_related("organization")
    member = rows.filter(id_hash=lookup_hash(number)).first()
    audit.record(
        "orgs.look_up_id",
        actor=request.user,
        obj=member,
        label="" if member else cover_id_number(number),
        changes={"found": member is not None},
    )
    told = "" if member else NOT_FOUND
    return render(request, "orgs/search.html", {"member": member, "told": told})
