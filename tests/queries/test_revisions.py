"""What a process keeps in memory is what the database holds, whoever changed it and whatever was undone."""

from tthc_tracker.extensions import Database
from tthc_tracker.queries.revisions import Remembered
from tthc_tracker.services.revisions import raise_revision


def kept(database: Database, memory: Remembered[str], stands: str) -> str:
    """What memory gives while the database holds `stands`."""
    with database.reading() as session:
        return memory.get(session, "key", lambda: stands)


def test_a_value_is_kept_until_its_number_is_raised(database: Database) -> None:
    memory: Remembered[str] = Remembered("catalogue")
    assert kept(database, memory, "first") == "first"
    assert kept(database, memory, "unasked") == "first"
    with database.transaction() as session:
        raise_revision(session, "catalogue")
    assert kept(database, memory, "second") == "second"


def test_what_an_undone_transaction_read_is_not_taken_for_the_next_change(database: Database) -> None:
    """The change that comes after it raises the number to just what the undone one saw."""
    memory: Remembered[str] = Remembered("catalogue")
    assert kept(database, memory, "first") == "first"
    with database.transaction() as session:
        raise_revision(session, "catalogue")
        assert memory.get(session, "key", lambda: "undone") == "undone"
        session.rollback()
    with database.transaction() as session:
        raise_revision(session, "catalogue")
    assert kept(database, memory, "second") == "second"


def test_a_transaction_that_has_raised_a_number_asks_once_and_keeps_it_for_itself(database: Database) -> None:
    memory: Remembered[str] = Remembered("catalogue")
    with database.transaction() as session:
        raise_revision(session, "catalogue")
        assert memory.get(session, "key", lambda: "its own") == "its own"
        assert memory.get(session, "key", lambda: "unasked") == "its own"
        raise_revision(session, "catalogue")
        assert memory.get(session, "key", lambda: "changed again") == "changed again"
    assert kept(database, memory, "as it stands") == "as it stands"
