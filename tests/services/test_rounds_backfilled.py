"""A database from before rounds were counted: a clock without a row of its own gets one, and only that."""

from sqlalchemy import delete, select, update

from tests.support.desk import new_key, open_office
from tests.support.moments import at
from tthc_tracker import migrating
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.services.registration import RegisterDossier, register

SUBMITTED, NOW = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-16 09:05")


def test_a_clock_without_a_round_gets_one_and_others_keep_theirs(database: Database) -> None:
    facts = ReceptionFacts(
        "1.004873",
        Party("Nguyễn Văn An", id_number="044093001234"),
        channel=Channel.ONLINE,
        arrived_at=SUBMITTED,
    )
    with database.transaction() as session:
        office = open_office(session)
        kept, bare = (
            register(session, RegisterDossier(new_key(), office.ward, facts), person=office.clerk, now=NOW).id
            for _ in range(2)
        )
        session.execute(delete(ReceptionRound).where(ReceptionRound.dossier_id == bare))
        session.execute(update(Dossier).where(Dossier.id == bare).values(reception_round=0))
    migrating.downgrade(database.engine, "0011")
    migrating.upgrade(database.engine)
    columns = (ReceptionRound.dossier_id, ReceptionRound.round, ReceptionRound.started_at)
    with database.reading() as session:
        found = session.execute(select(*columns).order_by(ReceptionRound.dossier_id)).all()
        due_at = session.get_one(ReceptionRound, (bare, 1)).due_at
    assert found == [(kept, 1, SUBMITTED), (bare, 1, SUBMITTED)]
    assert due_at == at("Tue 2026-11-17 09:00")
