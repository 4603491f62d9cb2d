"""What a connection promises: no lost write, no write from a read unit, one writer at a time."""

import errno
import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import Executable, bindparam, insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, NotSupportedError, OperationalError
from sqlalchemy.orm import Session

from tests.support.desk import open_office
from tests.support.moments import at
from tthc_tracker import engine, pgconnection, postgresql
from tthc_tracker.engine import WritersInTurn, make_engine, sqlite, wal_is_safe
from tthc_tracker.extensions import Database
from tthc_tracker.models.base import UNHEEDED
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.setting import Revision
from tthc_tracker.queries import underway
from tthc_tracker.services import numbering


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_wal_is_used_only_with_a_library_free_of_its_bug(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def _in_line(writers: WritersInTurn, order: list[str], name: str) -> threading.Thread:
    """A writer that has come and waits for its turn."""

    def write() -> None:
        with writers.turn():
            order.append(name)

    before = len(writers._line)
    thread = threading.Thread(target=write)
    thread.start()
    while len(writers._line) == before:
        thread.join(0.001)
    return thread


def test_who_writes_batch_after_batch_lets_those_who_wait_go_before() -> None:
    writers, order = WritersInTurn(), list[str]()
    with writers.turn():
        waiting = [_in_line(writers, order, name) for name in ("first", "second", "third")]
    with writers.turn():
        order.append("next batch")
    for thread in waiting:
        thread.join()
    assert order == ["first", "second", "third", "next batch"]


def test_who_has_waited_too_long_leaves_the_line_and_nobody_waits_for_him(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writers, order = WritersInTurn(), list[str]()
    with writers.turn():
        patient = _in_line(writers, order, "patient")
        monkeypatch.setattr(engine, "PATIENCE", 0.01)
        with pytest.raises(OperationalError), writers.turn():
            order.append("hasty")
    patient.join()
    with writers.turn():
        order.append("later")
    assert order == ["patient", "later"]


@pytest.mark.parametrize("given", [False, True], ids=["in the line", "as his turn came"])
def test_nobody_waits_for_a_writer_that_was_ended_while_he_waited(
    given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = WritersInTurn()

    class Ended(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if given:
                writers._pass_on()
            raise KeyboardInterrupt

    writers._wait()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "Event", Ended)
        with pytest.raises(KeyboardInterrupt), writers.turn():
            pass
    assert (len(writers._line), writers._at_work) == (0, not given)


def test_a_writer_that_was_ended_while_his_process_rested_gives_the_turn_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ended(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    writers = WritersInTurn()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "Event", Ended)
        writers._rests_until = monotonic() + 60
        with pytest.raises(KeyboardInterrupt), writers.turn():
            pass
    assert not writers._at_work


def test_a_read_unit_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("UPDATE setting SET name = 'x'"))
    with database.transaction() as session:  # the pooled connection writes again
        session.execute(text("UPDATE setting SET name = 'x'"))


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_connection_keeps_the_plans_of_units_that_only_read(database: Database) -> None:
    for _ in range(8):  # psycopg prepares what it is asked for the sixth time
        with database.reading() as session:
            session.execute(select(Revision.name)).all()
    assert "FROM revision" in _prepared(database)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_unit_that_failed_or_wrote_is_still_undone(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("SELECT 1 / 0"))
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text("WITH tried AS (INSERT INTO revision VALUES ('tried', 1)) SELECT 1 / 0"))
    with database.reading() as session:  # the same pooled connection, sound and as it was
        assert "tried" not in session.execute(select(Revision.name)).scalars().all()


def test_a_unit_in_one_go_sees_what_it_has_written_and_keeps_it(database: Database) -> None:
    first = update(Revision).where(Revision.name == "n1")
    for number in range(1, 4):  # which columns a statement brings is known from the first time on
        with database.transaction(in_one_go=True) as session:
            connection = session.connection()
            connection.execute(insert(Revision).values(name=f"n{number}", number=number))
            assert session.get_one(Revision, f"n{number}").number == number
            assert connection.execute(first.values(number=0)).rowcount == 1
            connection.execute(first.values(number=number), execution_options=UNHEEDED)
    with database.reading() as session:
        assert session.get_one(Revision, "n1").number == 3


def _write_twice(database: Database, reached: list[str]) -> None:
    with database.transaction(in_one_go=True) as session:
        for _ in range(2):
            session.execute(text("INSERT INTO revision (name, number) VALUES ('twice', 1)"))
        reached.append("the end")


def _write_and_fail(database: Database) -> None:
    with database.transaction(in_one_go=True) as session:
        session.execute(text("INSERT INTO revision (name, number) VALUES ('left', 1)"))
        raise KeyError


def test_what_is_refused_in_a_unit_in_one_go_is_told_and_nothing_of_it_stays(database: Database) -> None:
    for _ in range(2):  # the same pooled connection, sound and as it was
        with pytest.raises(IntegrityError):
            _write_twice(database, [])
        with pytest.raises(KeyError):
            _write_and_fail(database)
    left = select(Revision.name).where(Revision.name.in_(["twice", "left"]))
    with database.reading() as session:
        assert not session.execute(left).all()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_unit_in_one_go_waits_for_no_answer_that_it_does_not_want(database: Database) -> None:
    reached: list[str] = []
    with pytest.raises(IntegrityError):
        _write_twice(database, reached)
    assert reached


@pytest.fixture
def in_line(database: Database) -> Iterator[Session]:
    """A page's session that has asked its first question; what it asks next is known by its columns."""
    session = database.new_read_session()
    for question in (_NAMES, _NUMBERS):
        session.execute(question).all()
    yield session
    session.close()


_NAMES, _NUMBERS = select(Revision.name), select(Revision.number).order_by(Revision.name)


def _left_in_line(session: Session) -> int:
    """How many answers the connection of a session has not looked at."""
    raw: Any = session.connection().connection.driver_connection
    return len(raw.line.result_queue)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_page_goes_on_while_the_server_is_at_what_was_begun(in_line: Session) -> None:
    underway.begin(in_line, _NAMES, {})
    underway.begin(in_line, _NUMBERS, {})
    assert _left_in_line(in_line) == 2, "nobody has waited"
    underway.set_to_work(in_line)
    numbers = underway.answer(in_line, _NUMBERS, {}).all()
    names = underway.answer(in_line, _NAMES, {}).all()
    assert len(numbers) == len(names) > 0
    assert _left_in_line(in_line) == 0


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_who_waits_for_one_statement_does_not_wait_for_those_behind_it(in_line: Session) -> None:
    slow = text("SELECT pg_sleep(:long)")
    in_line.execute(slow, {"long": 0}).all()
    underway.begin(in_line, _NAMES, {})
    underway.set_to_work(in_line)
    underway.begin(in_line, slow, {"long": 0.2})
    assert underway.answer(in_line, _NAMES, {}).all()
    assert _left_in_line(in_line) > 0


def test_what_was_begun_is_what_was_asked_on_every_database(database: Database) -> None:
    named = select(Revision.number).where(Revision.name == bindparam("name"))
    with database.transaction() as write:
        write.execute(insert(Revision), [{"name": f"n{one}", "number": one} for one in (1, 2)])
    for _ in range(2):
        session = database.new_read_session()
        for one in (1, 2):
            underway.begin(session, named, {"name": f"n{one}"})
        underway.set_to_work(session)
        for one in (2, 1, 2):
            assert underway.answer(session, named, {"name": f"n{one}"}).scalar_one() == one
        session.close()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_what_failed_in_line_is_told_and_the_unit_reads_on(in_line: Session) -> None:
    failing = text("SELECT 1 / :nothing AS number")
    for _ in range(2):
        with pytest.raises(DBAPIError):
            in_line.execute(failing, {"nothing": 0}).all()
        assert in_line.execute(_NAMES).all()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_what_was_begun_and_never_wanted_leaves_the_connection_sound(
    database: Database, in_line: Session
) -> None:
    whose = text("SELECT pg_backend_pid()")
    its = in_line.execute(whose).scalar_one()
    failing = text("SELECT 1 / :nothing AS number")
    in_line.execute(failing, {"nothing": 1}).all()
    underway.begin(in_line, failing, {"nothing": 0})
    underway.begin(in_line, _NAMES, {})
    in_line.close()
    with database.transaction() as session:
        session.execute(text("UPDATE setting SET name = 'x'"))
        assert session.execute(whose).scalar_one() == its


def _told_of_dropping(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int, int, list[str]]]:
    """(level, unwanted, cancelled, kinds of faults) as the log has it."""
    told = [record.__dict__ for record in caplog.records if record.message == "statements dropped"]
    return [(one["levelname"], one["unwanted"], one["cancelled"], one["kinds"]) for one in told]


_SLOW = text("SELECT pg_sleep(:long)::text")


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_what_a_failed_page_had_begun_is_cancelled_and_its_connection_goes_on(
    database: Database, in_line: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    whose = text("SELECT pg_backend_pid()")
    its = in_line.execute(whose).scalar_one()
    in_line.execute(_SLOW, {"long": 0}).all()
    for long in (41, 42):
        underway.begin(in_line, _SLOW, {"long": long})
        underway.begin(in_line, _NAMES, {})
        underway.set_to_work(in_line)
    in_line.close()
    ((level, unwanted, cancelled, faults),) = _told_of_dropping(caplog)
    assert (level, unwanted, faults) == ("INFO", 4, [])
    assert cancelled in {1, 2}, "the server signals twice for one, which may meet both"
    for _ in range(3):
        with database.reading() as session:
            assert session.execute(whose).scalar_one() == its
            assert session.execute(_NAMES).all()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_rows_that_nobody_wants_are_not_waited_for_to_the_last(
    in_line: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rows = text("SELECT repeat('x', 9000), pg_sleep(0.01)::text FROM generate_series(1, :many)")
    in_line.execute(rows, {"many": 1}).all()
    underway.begin(in_line, rows, {"many": 4000})
    in_line.close()
    ((level, unwanted, cancelled, faults),) = _told_of_dropping(caplog)
    assert (level, unwanted, faults) == ("INFO", 1, [])
    assert cancelled


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_fault_that_nobody_waited_for_is_logged_by_its_kind_alone(
    in_line: Session, caplog: pytest.LogCaptureFixture
) -> None:
    failing = text("SELECT 1 / CAST(:nothing AS integer) + length(:word)")
    in_line.execute(failing, {"nothing": 1, "word": ""}).all()
    underway.begin(in_line, failing, {"nothing": 0, "word": "Nguyễn Thị Hoa"})
    in_line.close()
    assert _told_of_dropping(caplog) == [("WARNING", 1, 0, ["DivisionByZero"])]
    assert not any("Hoa" in str(record.__dict__) or "length" in record.message for record in caplog.records)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_connection_whose_cancelling_may_still_be_on_its_way_is_used_no_more(
    database: Database, in_line: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_connection: pgconnection.Postgresql, **_how: float) -> None:
        raise psycopg.errors.CancellationTimeout("cancellation timeout expired")

    whose = text("SELECT pg_backend_pid()")
    its = in_line.execute(whose).scalar_one()
    in_line.execute(_SLOW, {"long": 0}).all()
    underway.begin(in_line, _SLOW, {"long": 41})
    monkeypatch.setattr(pgconnection.Postgresql, "cancel_safe", lost)
    in_line.close()
    for _ in range(3):
        with database.reading() as session:
            assert session.execute(whose).scalar_one() != its


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_statement_that_was_begun_is_kept_until_its_answer_is_wanted(
    in_line: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "_ask", lambda *_, **__: "its rows")  # a result that keeps nothing
    statement = select(literal(1))
    kept = weakref.ref(statement)
    underway.begin(in_line, statement, {})
    del statement
    gc.collect()
    assert kept() is not None, "another statement could lie where it lay, and be taken for it"
    assert underway.answer(in_line, cast(Executable, kept()), {}) == "its rows"
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_unit_in_line_leaves_nothing_open_and_cannot_write(database: Database, in_line: Session) -> None:
    others = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
    underway.begin(in_line, _NAMES, {})
    assert in_line.execute(_NUMBERS).all()
    with database.reading() as another:
        assert another.execute(others).scalar_one() == 0
    with pytest.raises(DBAPIError):
        in_line.execute(text("DELETE FROM revision RETURNING name")).all()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_long_statement_is_put_together_for_the_server_once(database: Database) -> None:
    long = select(*(literal(number).label(f"column_{number}") for number in range(300)))
    with database.reading() as session:
        known = pgconnection._written.cache_info().misses
        assert [session.execute(long).one()[-1] for _ in range(3)] == [299] * 3
    assert pgconnection._written.cache_info().misses == known + 1


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_connection_keeps_its_plans_when_a_unit_is_refused_and_what_it_wrote_is_undone(
    database: Database,
) -> None:
    for _ in range(8):
        with database.reading() as session:
            session.execute(select(Revision.name)).all()
    with database.transaction() as session:
        session.execute(text("INSERT INTO revision VALUES ('tried', 1)"))
        session.rollback()
    assert "FROM revision" in _prepared(database)
    with database.reading() as session:
        assert "tried" not in session.execute(select(Revision.name)).scalars().all()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_page_of_a_list_is_not_planned_anew_each_time(database: Database) -> None:
    page = select(Dossier.id).order_by(Dossier.overdue_from, Dossier.id).limit(51)
    for _ in range(15):  # the server tries five plans of its own before it keeps one
        with database.reading() as session:
            session.execute(page).all()
    kept = text("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 51%'")
    with database.reading() as session:
        assert session.execute(kept).scalar_one() > 0


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_nothing_is_open_on_the_server_while_a_page_is_written(database: Database) -> None:
    others = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
    with database.reading() as session, database.reading() as another:
        session.execute(select(Revision.name)).all()
        assert another.execute(others).scalar_one() == 0


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("rested", [0.0, 60.0], ids=["just used", "after a rest"])
def test_a_connection_that_the_server_has_cut_is_not_given_out(
    database: Database, rested: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    whose = text("SELECT pg_backend_pid()")
    end = text("SELECT pg_terminate_backend(:pid, 5000)")
    with database.reading() as another:
        another.connection()
        with database.reading() as session:
            cut = session.execute(whose).scalar_one()
        another.execute(end, {"pid": cut})
    monkeypatch.setattr(postgresql, "ASKED_AFTER", 1.0 - rested)
    for _ in range(3):
        with database.reading() as session:
            assert session.execute(whose).scalar_one() != cut


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_schema_that_was_changed_beside_us_fails_one_reading_and_not_the_next(
    database: Database, database_url: str
) -> None:
    names = select(Revision.name)
    for _ in range(8):
        with database.reading() as session:
            session.execute(names).all()
    beside = Database()
    beside.bind(database_url)
    with beside.transaction() as session:
        session.execute(text("ALTER TABLE revision ALTER COLUMN name TYPE text"))
    beside.dispose()
    with pytest.raises(NotSupportedError), database.reading() as session:
        session.execute(names).all()
    with database.reading() as session:
        session.execute(names).all()


def _prepared(database: Database) -> str:
    with database.reading() as session:
        return "\n".join(session.execute(text("SELECT statement FROM pg_prepared_statements")).scalars())


def test_no_fault_of_a_statement_says_what_it_carried(database: Database) -> None:
    statement = text("INSERT INTO dossier_code (code, dossier_id, source_id) VALUES (:code, :amount, NULL)")
    with pytest.raises(DBAPIError) as fault, database.transaction() as session:
        session.execute(statement, {"code": "H20-secret", "amount": 44_001_234})
    assert "H20-secret" not in str(fault.value).split("[SQL")[1]
    assert "hide_parameters" in str(fault.value)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_sqlite_keeps_what_it_acknowledged(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_numbers_given_out_at_once_are_distinct_and_without_a_gap(database: Database) -> None:
    with database.transaction() as session:
        office = open_office(session)
    given: list[int] = []
    together = threading.Barrier(6)
    day = at("Mon 2026-11-16 09:00").date()

    def clerk() -> None:
        together.wait()
        for _ in range(20):
            with database.transaction() as session:
                number = numbering.next_number(session, office.ward, day)
            given.append(number)

    clerks = [threading.Thread(target=clerk) for _ in range(6)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    assert sorted(given) == list(range(1, 121))


def test_a_number_of_a_reception_that_failed_is_given_out_again(database: Database) -> None:
    with database.transaction() as session:
        office = open_office(session)
    day = at("Mon 2026-11-16 09:00").date()

    def take_one_and_fail() -> None:
        with database.transaction() as session:
            raise RuntimeError(numbering.next_number(session, office.ward, day))

    with pytest.raises(RuntimeError, match="1"):
        take_one_and_fail()
    with database.transaction() as session:
        assert numbering.next_number(session, office.ward, day) == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_whoever_waits_too_long_behind_another_process_is_told_so_and_has_written_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tthc_tracker.engine.PATIENCE", 0.05)
    elsewhere = sqlite.connect(str(database.engine.url.database), isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), database.transaction() as session:
        session.execute(text("UPDATE setting SET name = 'x'"))
    elsewhere.execute("ROLLBACK")
    elsewhere.close()
    with database.transaction() as session:  # the next one finds the way free
        session.execute(text("UPDATE setting SET name = 'x'"))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_whoever_waits_too_long_in_line_is_told_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tthc_tracker.engine.PATIENCE", 0.05)
    refused: list[Exception] = []

    def second() -> None:
        try:
            with database.transaction():
                pass
        except OperationalError as error:
            refused.append(error)

    with database.transaction():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join()
    assert len(refused) == 1


def test_pages_one_after_another_are_read_over_one_connection(database: Database) -> None:
    with database.reading() as one, database.reading() as another:
        used = {id(each.connection().connection.driver_connection) for each in (one, another)}
    assert len(used) == 2
    again = set()
    for _ in range(4):
        with database.reading() as session:
            again.add(id(session.connection().connection.driver_connection))
    assert len(again) == 1 or database.engine.dialect.name == "postgresql"


def test_a_database_that_finds_no_room_is_told_from_one_that_is_busy(tmp_path: Path) -> None:
    small = make_engine(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with small.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        connection.exec_driver_sql("CREATE TABLE a (b)")
        with pytest.raises(OperationalError) as full:
            connection.exec_driver_sql("INSERT INTO a VALUES (zeroblob(100000))")
    with pytest.raises(OperationalError) as other, small.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
    small.dispose()
    assert engine.is_full(full.value)
    assert not engine.is_full(other.value)
    assert engine.is_full(OperationalError("COMMIT", {}, psycopg.errors.DiskFull("could not extend file")))
    assert not engine.is_full(OperationalError("COMMIT", {}, psycopg.errors.LockNotAvailable("busy")))
    assert engine.is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert not engine.is_full(FileNotFoundError(errno.ENOENT, "No such file"))
    assert not engine.is_full(ValueError("no room"))
