"""A small city for the tests, with hand-countable figures.

云岭市
├── 市教育局党组            unit 直属学校
├── 东区                    unit 东区
│   ├── 东区教育局党委
│   ├── 白杨镇党委
│   └── 柳林镇党委
└── 西县                    unit 西县
└── 西县教育局党委
"""

import datetime
import gc
import os
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings

from accounts.models import User
from assessments.standards import DEFAULT, load_standard
from orgs.models import Affiliation, Organization, OrgKind
from schools.models import (
    Grant,
    Jurisdiction,
    JurisdictionKind,
    Ownership,
    Place,
    School,
    SchoolStage,
)
from schools.roles import Role
from tests.remembered import remembered

# Playwright's sync API keeps an event loop running in the thread of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# What importing leaves stays to the end: looking through it for garbage after every few
# hundred new objects is a twentieth of the time.
gc.set_threshold(50_000)


def pytest_configure():
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # It looks through every static file for each new client: most of the time of a test.
    django_settings.MIDDLEWARE = [
        one for one in django_settings.MIDDLEWARE if not one.startswith("whitenoise.")
    ]


def pytest_collection_finish():
    gc.freeze()


def make_user(username, *grants, **kwargs):
    """Return a user with the given (role, jurisdiction) grants; password is `password`."""
    user = User(
        username=username, name=kwargs.pop("name", username), must_change_password=False, **kwargs
    )
    user.set_password("password")
    user.save()
    for role, jurisdiction in grants:
        Grant.objects.create(user=user, role=role, jurisdiction=jurisdiction)
    return user


def make_school(name, jurisdiction, place, **kwargs):
    """Return a public primary school unless `kwargs` say otherwise."""
    kwargs.setdefault("stage", SchoolStage.PRIMARY)
    kwargs.setdefault("ownership", Ownership.PUBLIC)
    return School.objects.create(name=name, jurisdiction=jurisdiction, place=place, **kwargs)


def make_organization(name, jurisdiction, **kwargs):
    """Return a branch founded in 2010 with its open affiliation."""
    kwargs.setdefault("kind", OrgKind.BRANCH)
    kwargs.setdefault("founded_on", datetime.date(2010, 9, 1))
    organization = Organization.objects.create(name=name, jurisdiction=jurisdiction, **kwargs)
    Affiliation.objects.create(organization=organization, jurisdiction=jurisdiction)
    return organization


@pytest.fixture
def tree(db):
    """The places and managing bodies drawn above."""
    return make_tree()


@remembered
def make_tree():
    """Return the places and managing bodies drawn above, by short names."""
    kind = JurisdictionKind
    nodes = Jurisdiction.objects
    places = {
        code: Place.objects.create(code=code, name=name, order=order)
        for order, (code, name) in enumerate(
            [("990100", "云岭市"), ("990102", "东区"), ("990121", "西县")]
        )
    }
    city = nodes.add_root(
        instance=Jurisdiction(name="云岭市", kind=kind.CITY, place=places["990100"])
    )

    def add(parent, name, kind, code, unit="", order=0):
        return nodes.add_child(
            parent,
            instance=Jurisdiction(
                name=name,
                kind=kind,
                place=places[code],
                is_reporting_unit=bool(unit),
                unit_name=unit,
                unit_order=order,
            ),
        )

    bureau = add(city, "中共云岭市教育局党组", kind.CITY_EDU_BUREAU, "990100", "直属学校", 1)
    east = add(city, "东区", kind.COUNTY, "990102", "东区", 2)
    west = add(city, "西县", kind.COUNTY, "990121", "西县", 3)
    east_edu = add(east, "中共东区教育局委员会", kind.COUNTY_EDU_BUREAU, "990102")
    baiyang = add(east, "中共东区白杨镇委员会", kind.TOWNSHIP_COMMITTEE, "990102")
    liulin = add(east, "中共东区柳林镇委员会", kind.TOWNSHIP_COMMITTEE, "990102")
    west_edu = add(west, "中共西县教育局委员会", kind.COUNTY_EDU_BUREAU, "990121")
    for node in (city, bureau, east, west):
        node.refresh_from_db()
    return SimpleNamespace(
        city=city,
        bureau=bureau,
        east=east,
        west=west,
        east_edu=east_edu,
        baiyang=baiyang,
        liulin=liulin,
        west_edu=west_edu,
        places=places,
    )


@pytest.fixture
def standard(db):
    """The default standard with its 36 indicators."""
    return default_standard()


@remembered
def default_standard():
    """Return the default standard, loaded from its file."""
    return load_standard(DEFAULT)[0]


@pytest.fixture
def users(tree):
    """One user for each role, and `stranger`, who has no grant at all."""
    return make_users(tree)


@remembered
def make_users(tree):
    """Return the users of `users`, by user name."""
    return SimpleNamespace(
        manager=make_user("manager", (Role.MANAGER, tree.city), name="陈立文"),
        editor=make_user("editor", (Role.EDITOR, tree.east), name="陈佳"),
        reviewer=make_user("reviewer", (Role.REVIEWER, tree.east), name="周敏"),
        township=make_user("township", (Role.EDITOR, tree.baiyang), name="刘志强"),
        west_editor=make_user("west_editor", (Role.EDITOR, tree.west), name="孙丽华"),
        viewer=make_user("viewer", (Role.VIEWER, tree.city), name="黄静"),
        auditor=make_user("auditor", (Role.AUDITOR, tree.city), name="吴志军"),
        sysadmin=make_user("sysadmin", (Role.SYSTEM, tree.city), name="郑宏"),
        stranger=make_user("stranger", name="何建国"),
    )
