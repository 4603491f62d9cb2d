"""A full list of a source: what is missing from it is no longer seen there, and its alerts keep still."""

import pytest
from sqlalchemy import select

from tests.services.test_imports import NOW, SOURCE, changed, load, rows_of, vinh_phuc
from tests.support.desk import hire
from tthc_tracker.domain.importing import Sends, Whole
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, imports, unseen
from tthc_tracker.services.importreading import RawRow

__all__ = ["vinh_phuc"]


@pytest.fixture
def full(vinh_phuc: Database) -> list[RawRow]:
    """Ten dossiers at work, as a full list has them, with the alerts that stand for them."""
    rows = [row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["TrangThaiHoSo"] == "4"][:10]
    load(vinh_phuc, rows)
    with vinh_phuc.transaction() as session:
        top = select(Agency.id).where(Agency.parent_id.is_(None)).order_by(Agency.id).limit(1)
        hire(session, "Lê Thị Kiểm Soát", Role.CONTROLLER, session.execute(top).scalar_one())
        alerts.raise_due(session, Directory(session, NOW.date()), now=NOW)
    return rows


def marked(database: Database) -> list[str]:
    with database.reading() as session:
        found = select(Dossier.code).where(Dossier.unseen_since.is_not(None)).order_by(Dossier.code)
        return list(session.execute(found).scalars())


def ringing(database: Database, code: str) -> tuple[int, int]:
    """How many alerts of a dossier stand, and how many of them ring for somebody."""
    with database.reading() as session:
        mine = select(Alert.id).join(Dossier, Dossier.id == Alert.dossier_id).where(Dossier.code == code)
        standing = session.execute(mine.where(Alert.closed_at.is_(None))).scalars().all()
        rings = select(AlertRecipient.alert_id).where(
            AlertRecipient.alert_id.in_(standing), AlertRecipient.open
        )
        return len(standing), len(set(session.execute(rings).scalars()))


def test_what_a_full_list_lacks_is_marked_and_its_alerts_stand_still_until_it_is_seen_again(
    vinh_phuc: Database, full: list[RawRow]
) -> None:
    missing = full[0][1]["MaHoSo"]
    stands, rings = ringing(vinh_phuc, missing)
    assert stands == rings > 0
    _, counts = load(vinh_phuc, full[1:], whole=Whole.YES)
    assert (counts["unseen"], marked(vinh_phuc)) == (1, [missing])
    assert ringing(vinh_phuc, missing) == (stands, 0)  # nothing is closed in silence
    load(vinh_phuc, full)
    assert marked(vinh_phuc) == []
    assert ringing(vinh_phuc, missing) == (stands, rings)


def test_a_row_that_is_refused_is_there_all_the_same(vinh_phuc: Database, full: list[RawRow]) -> None:
    _, counts = load(vinh_phuc, [changed(full[0], MaTTHC="9.999999"), *full[1:]], whole=Whole.YES)
    assert (counts["refused"], counts["unseen"], marked(vinh_phuc)) == (1, 0, [])


def test_a_file_of_changes_marks_nothing(vinh_phuc: Database, full: list[RawRow]) -> None:
    _, counts = load(vinh_phuc, full[1:])
    assert "unseen" not in counts
    assert marked(vinh_phuc) == []


def test_a_source_that_sends_full_lists_is_believed_without_a_word_and_a_file_may_say_otherwise(
    vinh_phuc: Database, full: list[RawRow]
) -> None:
    with vinh_phuc.transaction() as session:
        unseen.declare(session, imports.find_source(session, SOURCE), sends=Sends.FULL, most=20, now=NOW)
    load(vinh_phuc, full[1:], whole=Whole.NO)
    assert marked(vinh_phuc) == []
    load(vinh_phuc, full[1:])
    assert marked(vinh_phuc) == [full[0][1]["MaHoSo"]]


def test_a_list_that_lacks_more_than_may_be_missing_marks_only_what_somebody_is_sure_of(
    vinh_phuc: Database, full: list[RawRow]
) -> None:
    _, counts = load(vinh_phuc, full[3:], whole=Whole.YES)
    assert (counts["too_many_unseen"], marked(vinh_phuc)) == (3, [])
    _, counts = load(vinh_phuc, full[3:], whole=Whole.SURE)
    assert (counts["unseen"], len(marked(vinh_phuc))) == (3, 3)


def test_an_older_list_marks_nothing(vinh_phuc: Database, full: list[RawRow]) -> None:
    with vinh_phuc.transaction() as session:
        session.execute(select(Source).where(Source.code == SOURCE)).scalar_one().as_of = NOW.replace(hour=23)
    _, counts = load(vinh_phuc, full[1:], whole=Whole.YES)
    assert "unseen" not in counts
