"""A reception that is reckoned before others have to wait: the same one, or reckoned again."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import inspect, update

from tests.bench.floors import listening
from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import calendars
from tthc_tracker.services.reception import Prepared, ReceiveDossier, Reception, prepare_early, receive
from tthc_tracker.services.revisions import raise_revision

MONDAY = at("Mon 2026-11-23 14:00")
AN = Party("Nguyễn Văn An", id_number="045090001234")
FACTS = ReceptionFacts("1.004873", AN)
BY_POST = replace(FACTS, channel=Channel.POST, arrived_at=at("Mon 2026-11-23 09:00"))
SAME_DAY = replace(FACTS, procedure_code="2.000815")
OWN_NAMES = {"id", "code", "applicant_id", "owner_id", "receipt_token_hash"}


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def asked(office: Office, facts: ReceptionFacts = FACTS) -> ReceiveDossier:
    return ReceiveDossier(new_key(), office.ward, facts)


def prepared(database: Database, office: Office, command: ReceiveDossier) -> Prepared | None:
    with database.reading() as session:
        return prepare_early(session, command, actor=office.clerk, now=MONDAY)


def take(database: Database, office: Office, command: ReceiveDossier, made: Prepared | None) -> Reception:
    with database.transaction() as session:
        return receive(session, command, actor=office.clerk, now=MONDAY, secret="s", prepared=made)


@pytest.mark.parametrize("facts", [FACTS, BY_POST, SAME_DAY], ids=["desk", "post", "same day"])
def test_a_prepared_reception_is_the_one_that_was_not(
    database: Database, office: Office, facts: ReceptionFacts
) -> None:
    early, late = asked(office, facts), asked(office, facts)
    made = prepared(database, office, early)
    assert made is not None
    one, other = take(database, office, early, made), take(database, office, late, None)
    with database.reading() as session:
        columns = [attr.key for attr in inspect(Dossier).column_attrs if attr.key not in OWN_NAMES]
        first, second = (session.get_one(Dossier, each.dossier_id) for each in (one, other))
        assert made.dossier.code == first.code  # what was prepared is what was written
        assert {key: getattr(first, key) for key in columns} == {key: getattr(second, key) for key in columns}


@pytest.mark.parametrize("facts", [FACTS, BY_POST, SAME_DAY], ids=["desk", "post", "same day"])
def test_all_that_is_asked_on_the_way_is_kept_by_revision(
    database: Database, office: Office, facts: ReceptionFacts
) -> None:
    prepared(database, office, asked(office, facts))
    with listening(database.engine) as heard:
        prepared(database, office, asked(office, facts))
    assert [" ".join(statement.split()) for statement, _ in heard] == [
        "SELECT revision.name, revision.number FROM revision"
    ]


def test_a_calendar_that_changes_meanwhile_is_the_one_that_counts(database: Database, office: Office) -> None:
    command = asked(office)
    made = prepared(database, office, command)
    assert made is not None
    assert made.dossier.due_at == at("Fri 2026-11-27 14:00")
    holiday = "date,kind,windows,basis,agency,weekdays\n2026-11-25,holiday,,Quyết định 12,,\n"
    with database.transaction() as session:
        calendars.load_calendar(session, holiday, actor_id=None, now=MONDAY)
    assert take(database, office, command, made).due_at == at("Mon 2026-11-30 14:00")


def test_an_agency_that_ends_meanwhile_receives_nothing(database: Database, office: Office) -> None:
    command = asked(office)
    made = prepared(database, office, command)
    with database.transaction() as session:
        ended = update(Agency).where(Agency.id == office.ward)
        session.execute(ended.values(active_to=MONDAY.date() - dt.timedelta(days=1)))
        raise_revision(session, "agencies")
    with pytest.raises(InvalidInput, match="không còn hoạt động"):
        take(database, office, command, made)


def test_what_has_to_be_refused_is_refused_after_the_forms_key(database: Database, office: Office) -> None:
    command = asked(office)
    take(database, office, command, prepared(database, office, command))
    nothing = replace(command, facts=replace(FACTS, procedure_code="9.999999"))
    assert prepared(database, office, nothing) is None
    with pytest.raises(DuplicateSubmission):
        take(database, office, command, prepared(database, office, command))
    with database.reading() as session:
        assert prepare_early(session, asked(office), actor=office.stranger, now=MONDAY) is None
    with pytest.raises(NotAllowed), database.transaction() as session:
        receive(session, asked(office), actor=office.stranger, now=MONDAY)
