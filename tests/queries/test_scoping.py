"""Who sees a dossier: whose subtree holds one of its three organisations, predecessors included."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.permissions import NOTHING, Scope
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.agency import AgencySuccession
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.scoping import (
    received_within,
    resolved_within,
    scope_of,
    subtree,
    visible,
    with_predecessors,
)
from tthc_tracker.services.agencies import rebuild_scope
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.revisions import raise_revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 14:00")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def codes(session: "Session", condition: object) -> list[str]:
    return list(session.execute(select(Dossier.code).where(condition)).scalars())


def test_each_of_the_three_organisations_sees_it_and_no_fourth(write: "Session", office: Office) -> None:
    facts = ReceptionFacts(
        "1.004873", Party("Nguyễn Văn An", id_number="045090001234"), returning_agency_id=office.other
    )
    command = ReceiveDossier(new_key(), office.ward, facts)
    made = receive(write, command, actor=office.clerk, now=NOW)
    dossier = write.get_one(Dossier, made.dossier_id)
    dossier.resolving_agency_id = office.province
    write.flush()
    for agency in (office.ward, office.other, office.province):
        assert codes(write, visible(Scope(all=False, agency_ids=frozenset({agency})))) == [made.code]
    assert codes(write, visible(NOTHING)) == []
    assert codes(write, visible(Scope(all=False, agency_ids=frozenset({10**6})))) == []
    ward = Scope(all=False, agency_ids=frozenset({office.ward}))
    assert codes(write, received_within(ward)) == [made.code]
    assert codes(write, resolved_within(ward)) == []
    assert codes(write, received_within(ward, frozenset({office.other}))) == []


def test_a_superiors_subtree_holds_those_below_and_not_beside(write: "Session", office: Office) -> None:
    assert subtree(write, office.province) == {office.province, office.ward, office.other}
    assert subtree(write, office.ward) == {office.ward}


def test_who_sees_every_agency_needs_no_condition(write: "Session", office: Office) -> None:
    assert scope_of(write, [office.province]).all
    assert not scope_of(write, [office.ward]).all
    assert scope_of(write, []) == NOTHING


def test_a_successor_sees_what_its_predecessor_left(write: "Session", office: Office) -> None:
    succession = AgencySuccession(
        predecessor_id=office.other, successor_id=office.ward, on=on("Tue 2025-07-01"), decision="thử"
    )
    write.add(succession)
    write.flush()
    rebuild_scope(write)
    raise_revision(write, "agencies")
    write.flush()
    assert subtree(write, office.ward) == {office.ward, office.other}
    assert with_predecessors(write, office.ward) == sorted({office.ward, office.other})
    assert with_predecessors(write, office.province) == [office.province]
