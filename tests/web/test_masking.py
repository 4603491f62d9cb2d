"""People stand masked in every list and in every file of one; in full where one dossier is dealt with."""

import itertools

import pytest
from flask import Flask

from tests.support.desk import new_key
from tests.web.test_access import (
    CANARY,
    CANARY_ID,
    CANARY_PHONE,
    ONE_ENGINE,
    OWN,
    RECEIVED,
    Town,
    doors,
    signed_in,
)
from tests.web.test_access import town as town  # noqa: PLC0414 (pytest finds a fixture by its name here)
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.people import mask_id, mask_name
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.queries import lists
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier

FIRM = "Công ty TNHH Bình Minh"

# The pages of one dossier, and forms about one: whoever works on it reads names in full (decision 0024).
# Papers are PDFs, which are not searched here: the forms of the law name people.
OF_ONE_DOSSIER = {
    "dossiers.show", "online.answer", "pausing.dossier", "reappointing.dossier", "reception.cancel",
    "reception.correct", "reception.receive",
}  # fmt: skip
# A file's own name, as its sender gave it; its rows are masked.
NAMES_FILES = {"imports.index", "imports.show"}
SEVERAL = (Role.CLERK, Role.OFFICER, Role.HEAD_OF_AGENCY, Role.CONTROLLER, Role.AUDITOR)


@ONE_ENGINE
def test_no_list_tells_a_name_or_a_number_in_full(app: Flask, town: Town) -> None:
    told, masked = [], set()
    clients = {role: signed_in(app, town.people[role, OWN]) for role in SEVERAL}
    for (endpoint, _, method, address), role in itertools.product(list(doors(app, town)), SEVERAL):
        if method != "GET" or endpoint in OF_ONE_DOSSIER | NAMES_FILES:
            continue
        said = clients[role].get(address).get_data().decode(errors="replace")
        told += [
            f"{endpoint} as {role}: {secret}"
            for secret in (CANARY, CANARY_ID, CANARY_PHONE)
            if secret in said and secret not in address
        ]
        masked |= {endpoint} if mask_name(CANARY) in said else set()
    assert not told, "\n".join(told)
    # Without this the walk could pass by looking at empty lists.
    assert masked >= {"start.home", "mywork.index", "closing.day", "online.queue", "supervision.overdue"}


@ONE_ENGINE
def test_an_organisation_is_named_whole_and_its_numbers_stay_masked(app: Flask, town: Town) -> None:
    firm = Party(FIRM, ApplicantKind.BUSINESS, id_number="3100987654", phone="0987654321")
    facts = ReceptionFacts("1.004873", Party(CANARY, id_number=CANARY_ID, phone=CANARY_PHONE), owner=firm)
    with database.transaction() as session:
        given = ReceiveDossier(new_key(), town.office.ward, facts, RECEIVED)
        reception.receive(session, given, actor=town.office.clerk, now=RECEIVED)
    client = signed_in(app, town.people[Role.CLERK, OWN])
    pages = [client.get(address).text for address in ("/viec-cua-toi?tab=o-mot-cua", "/chot-ngay")]
    pages.append(
        client.post("/tim-kiem", data={"q": FIRM}, follow_redirects=True).text.partition("<tbody")[2]
    )
    for page in pages:
        assert FIRM in page
        assert not any(secret in page for secret in (CANARY, "3100987654", "0987654321"))
    assert mask_id("3100987654") in pages[-1]


@ONE_ENGINE
@pytest.mark.parametrize("typed", [CANARY, CANARY_ID, CANARY_PHONE])
def test_a_search_tells_two_of_one_name_apart_by_the_ends_of_their_numbers(
    app: Flask, town: Town, typed: str
) -> None:
    client = signed_in(app, town.people[Role.CLERK, OWN])
    found = client.post("/tim-kiem", data={"q": typed}, follow_redirects=True).text
    assert town.code in found
    for shown in (mask_name(CANARY), "044…1234", "091…678"):
        assert shown in found
    rows = found.partition("<tbody")[2]  # the box above repeats what was typed
    for secret in (CANARY, CANARY_ID, CANARY_PHONE):
        assert secret not in rows


@ONE_ENGINE
def test_no_file_and_no_printed_list_tells_a_name_in_full(app: Flask, town: Town) -> None:
    client, told, named = signed_in(app, town.people[Role.HEAD_OF_AGENCY, OWN]), [], 0
    search = client.post("/tim-kiem", data={"q": CANARY}).location.partition("?")[2]
    for name, one in lists.LISTS.items():
        if one.permission not in PERMISSIONS_OF[Role.HEAD_OF_AGENCY]:
            continue
        query = search if name == "search" else "tab=tat-ca"
        every = "columns=" + ",".join(column.key for column in one.columns.every)
        for answer in (
            client.post(f"/danh-sach/{name}/xuat?{query}&{every}", data={"form": "csv", "reason": "thử"}),
            client.get(f"/danh-sach/{name}/in?{query}&{every}"),
        ):
            assert answer.status_code == 200, name
            named += mask_name(CANARY) in answer.text
            told += [
                f"{name}: {secret}" for secret in (CANARY, CANARY_ID, CANARY_PHONE) if secret in answer.text
            ]
    assert not told, "\n".join(told)
    assert named > 4
