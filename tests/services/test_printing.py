"""What is printed is kept: each copy counted, the same words once, nothing rewritten, words erasable."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.support.desk import new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.printing import PrintedContent, PrintedSlip
from tthc_tracker.queries import printedslips
from tthc_tracker.services import printing, reception
from tthc_tracker.services.printing import Printed, PrintSlip
from tthc_tracker.services.reception import ReceiveDossier

NOW = at("Mon 2026-11-23 09:00")
WORDS = '{"code":"H50","name":"Nguyễn Thị Phương Thảo"}'.encode()


@pytest.fixture
def dossier_id(database: Database) -> int:
    with database.transaction() as session:
        office = open_office(session)
        facts = ReceptionFacts("1.004873", Party("Nguyễn An", id_number="044093001234"))
        command = ReceiveDossier(new_key(), office.ward, facts, NOW)
        return reception.receive(session, command, actor=office.clerk, now=NOW).dossier_id


def printed(
    database: Database, dossier_id: int, words: bytes = WORDS, *, dated: dt.datetime = NOW, earlier: int = 0
) -> Printed:
    with database.transaction() as session:
        subject = printing.of_dossier(dossier_id)
        command = PrintSlip(
            "refusal", subject, dated, "a5", "answer_slip", "v1", words, (dossier_id,), earlier
        )
        return printing.keep(session, command, person_id=None, now=NOW)


def contents(database: Database) -> int:
    with database.reading() as session:
        return len(session.execute(select(PrintedContent.id)).all())


def test_copies_are_counted_and_the_same_words_are_kept_once(database: Database, dossier_id: int) -> None:
    first, second = printed(database, dossier_id), printed(database, dossier_id)
    assert (first.copy, second.copy) == (1, 2)
    assert first.sha256 == second.sha256
    assert contents(database) == 1
    changed = printed(database, dossier_id, WORDS.replace(b"H50", b"H51"))
    assert (changed.copy, contents(database)) == (3, 2)
    assert changed.sha256 != first.sha256


def test_a_paper_of_another_date_is_another_paper(database: Database, dossier_id: int) -> None:
    printed(database, dossier_id)
    assert printed(database, dossier_id, dated=NOW + dt.timedelta(days=1)).copy == 1


def test_copies_counted_before_papers_were_kept_still_count(database: Database, dossier_id: int) -> None:
    assert printed(database, dossier_id, earlier=4).copy == 5
    assert printed(database, dossier_id, earlier=0).copy == 6


def test_what_was_printed_is_read_back_word_for_word(database: Database, dossier_id: int) -> None:
    printed(database, dossier_id)
    with database.reading() as session:
        (copy,) = printedslips.of_dossier(session, dossier_id)
        assert (copy.title, copy.copy, copy.kept) == ("Phiếu từ chối tiếp nhận giải quyết hồ sơ", 1, True)
        assert printedslips.paper(session, copy.id, dossier_id).content == WORDS
        with pytest.raises(NotFound):
            printedslips.paper(session, copy.id, dossier_id + 1)


def test_words_are_erased_with_their_salt_and_the_printing_stays(database: Database, dossier_id: int) -> None:
    before = printed(database, dossier_id)
    with database.transaction() as session:
        assert printing.forget(session, (dossier_id,)) == 1
    with database.reading() as session:
        (copy,) = printedslips.of_dossier(session, dossier_id)
        assert (copy.sha256, copy.kept) == (before.sha256, False)
        with pytest.raises(NotFound):
            printedslips.paper(session, copy.id, dossier_id)
    assert printed(database, dossier_id).sha256 != before.sha256  # another salt: the old digest says nothing


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE printed_slip SET copy = 9", "DELETE FROM printed_about", "DELETE FROM printed_slip",
        "UPDATE printed_content SET form = 'x'",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_rewrite_what_was_printed(
    database: Database, dossier_id: int, statement: str
) -> None:
    printed(database, dossier_id)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text(statement))
    with database.reading() as session:
        assert session.execute(select(PrintedSlip.copy)).scalar_one() == 1
