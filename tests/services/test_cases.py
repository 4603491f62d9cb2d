"""Cases (trường hợp) of a procedure: each its own limit and process; the desk names which one it receives."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.support.desk import Office, add_second_case, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services import reception, receptionchanges
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.receptionchanges import CorrectReception

NOW = at("Mon 2026-11-16 09:00")
FACTS = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
OFFICER = replace(FACTS, case_code="xac-minh")


@pytest.fixture
def office(database: Database) -> Office:
    """The procedure promises 3 days, and 8 where somebody has to be asked."""
    with database.transaction() as session:
        made = open_office(session)
        add_second_case(session, made)
    return made


def receive(database: Database, office: Office, facts: ReceptionFacts) -> Dossier:
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), office.ward, facts, NOW)
        made = reception.receive(session, command, actor=office.clerk, now=NOW)
        return session.get_one(Dossier, made.dossier_id)


def test_each_case_has_its_own_promise(database: Database, office: Office) -> None:
    assert receive(database, office, FACTS).due_at == at("Thu 2026-11-19 09:00")
    dossier = receive(database, office, OFFICER)
    assert (dossier.case_code, dossier.due_at) == ("xac-minh", at("Fri 2026-11-27 09:00"))  # the 24th is off


def test_a_case_that_the_procedure_does_not_have_is_refused_beside_its_field(
    database: Database, office: Office
) -> None:
    with pytest.raises(InvalidInput) as refused:
        receive(database, office, replace(FACTS, case_code="khac"))
    assert refused.value.field == "case_code"


def test_a_wrong_case_is_put_right_and_promised_again(database: Database, office: Office) -> None:
    code = receive(database, office, FACTS).code
    command = CorrectReception(Target(code, None), OFFICER, "chọn nhầm trường hợp")
    with database.transaction() as session:
        dossier = receptionchanges.correct(session, command, actor=office.clerk, now=NOW)
        assert dossier.due_at == at("Fri 2026-11-27 09:00")
    with database.reading() as session:
        facts = select(DossierEvent.facts).where(DossierEvent.kind == EventKind.CORRECTED)
        assert session.execute(facts).scalar_one()["case"] == ["", "Phải xác minh"]
