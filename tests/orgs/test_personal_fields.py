"""Personal numbers are stored encrypted."""

import datetime

from django.db import connection

from orgs.models import Member
from tests.conftest import make_organization


def test_numbers_are_encrypted_and_a_member_needs_no_phone(tree):
    organization = make_organization("中共东区白杨小学支部委员会", tree.baiyang)
    fields = {"organization": organization, "sex": "male", "status": "full"}
    fields |= {"birth_date": datetime.date(1990, 1, 1), "id_number": "990102199001011234"}
    Member.objects.create(name="甲", id_hash="a", phone="19900000000", **fields)
    Member.objects.create(name="乙", id_hash="b", **fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM orgs_member ORDER BY id_hash")
        (number, phone), (_, empty) = cursor.fetchall()
    assert "990102" not in number
    assert "199" not in phone
    assert empty == ""
    first, second = Member.objects.order_by("id_hash")
    assert (first.id_number, first.phone) == ("990102199001011234", "19900000000")
    assert second.phone == ""
