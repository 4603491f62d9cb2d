"""What is written of history is chained with it, and what is altered afterwards is found with its place."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.engine import sqlite
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.trail import TrailHead, TrailLink
from tthc_tracker.queries.trailchecks import Break, Fault, Report, Sealed, Span, stored_seals, verify
from tthc_tracker.services import audit, bulkrows, events, reception, restoring, sealing, trail
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.trailkeys import NAME, Keyring

NOW = at("Mon 2026-11-23 09:00")
LATER = at("Tue 2026-11-24 09:00")
ENTRIES = 300


def checked(
    database: Database, keyring: Keyring, span: Span | None = None, laid_down: tuple[Sealed, ...] = ()
) -> Report:
    with database.reading() as session:
        return verify(session, keyring.all(), span or Span(), laid_down)


def receive(database: Database, office: Office) -> int:
    """Receive a dossier; its id."""
    with database.transaction() as session:
        facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
        command = ReceiveDossier(new_key(), office.ward, facts, NOW)
        code = reception.receive(session, command, actor=office.clerk, now=NOW).code
        return session.execute(select(Dossier.id).where(Dossier.code == code)).scalar_one()


def write_down(database: Database, office: Office, many: int = ENTRIES) -> None:
    """Audit entries of one agency, a few to a transaction."""
    for start in range(0, many, 25):
        with database.transaction() as session:
            for number in range(start, min(start + 25, many)):
                audit.note(
                    session, "export_list", actor_id=office.clerk.user_id, now=NOW, object_type="list",
                    object_id=f"tệp {number}", agency_id=office.ward, facts={"vì": "đối chiếu"},
                )  # fmt: skip


def tampered(database: Database, *statements: str) -> None:
    """Somebody with the database in his hands: past the guards."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        raw = sqlite.connect(str(url.database), isolation_level=None)
        raw.execute("PRAGMA foreign_keys=OFF")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        raw.close()
        return
    parsed = make_url(url)
    address = f"postgresql://postgres@127.0.0.1:{parsed.port}/{parsed.database}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())


def test_what_is_written_is_chained_in_its_own_transaction(
    database: Database, office: Office, keyring: Keyring
) -> None:
    dossier_id = receive(database, office)
    with database.reading() as session:
        links = session.execute(select(TrailLink).where(TrailLink.agency_id == office.ward)).scalars().all()
        head = session.get_one(TrailHead, office.ward)
    members = [(member.id, member.seq) for link in links for member in trail.trail.unpack(link.members)]
    assert (dossier_id, 1) in members
    assert (head.seq, head.hash) == (links[-1].seq, links[-1].hash)
    report = checked(database, keyring)
    assert (report.breaks, report.events) == ([], 1)


def test_what_is_undone_leaves_no_link(database: Database, office: Office, keyring: Keyring) -> None:
    """A crash before the commit, or a row of a batch that is refused, takes link and event together."""

    def crash() -> None:
        with database.transaction() as session:
            audit.note(session, "lost", actor_id=None, now=NOW, agency_id=office.ward)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    with database.transaction() as session:
        audit.note(session, "kept", actor_id=None, now=NOW, agency_id=office.ward)
        savepoint = session.begin_nested()
        audit.note(session, "refused", actor_id=None, now=NOW, agency_id=office.ward)
        session.flush()
        savepoint.rollback()
        with session.begin_nested():
            audit.note(session, "kept as well", actor_id=None, now=NOW, agency_id=office.ward)
    with database.reading() as session:
        actions = session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars().all()
        links = session.execute(select(TrailLink).where(TrailLink.agency_id == office.ward)).scalars().all()
    assert actions[-2:] == ["kept", "kept as well"]
    assert len(links) == 1
    assert checked(database, keyring).breaks == []


def _by_statement(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(DossierEvent.__table__), rows)


def _past_the_unit_of_work(session: Session, rows: list[dict[str, Any]]) -> None:
    bulkrows.insert(session, DossierEvent, rows)


@pytest.mark.parametrize("write", [_by_statement, _past_the_unit_of_work], ids=["statement", "bulk"])
def test_rows_inserted_together_are_covered_by_one_link(
    database: Database,
    office: Office,
    keyring: Keyring,
    write: Callable[[Session, list[dict[str, Any]]], None],
) -> None:
    dossier_id = receive(database, office)
    rows = [
        {"dossier_id": dossier_id, "seq": seq, "kind": EventKind.NOTED, "occurred_at": NOW,
         "recorded_at": LATER, "actor_id": None, "actor_name": "Cổng", "reason": "", "facts": {"n": seq}}
        for seq in range(2, 102)
    ]  # fmt: skip
    with database.transaction() as session:
        write(session, rows)
    with database.reading() as session:
        links = session.execute(
            select(TrailLink).where(TrailLink.agency_id == office.ward).order_by(TrailLink.seq)
        )
        assert len(list(trail.trail.unpack(links.scalars().all()[-1].members))) == 100
    assert checked(database, keyring).breaks == []
    tampered(database, f"UPDATE dossier_event SET reason = 'x' WHERE seq = 57 AND dossier_id = {dossier_id}")
    (found,) = checked(database, keyring).breaks
    assert (found.fault, found.place, found.row) == (Fault.CHANGED, 56, (dossier_id, 57))


def _first_entry(database: Database) -> int:
    with database.reading() as session:
        found = select(AuditEntry.id).where(AuditEntry.object_type == "list").order_by(AuditEntry.id)
        return session.execute(found.limit(1)).scalar_one()


def _flip(database: Database, entry: int, rng: random.Random) -> None:
    """Change one byte of one column of an entry, as it lies in the table."""
    column = rng.choice(["action", "object_type", "object_id", "facts", "at"])
    with database.reading() as session:
        text = str(session.connection().exec_driver_sql(
            f"SELECT CAST({column} AS text) FROM audit_entry WHERE id = {entry}"
        ).scalar_one())  # fmt: skip
    letters = "0123456789abcdef" if column == "facts" else "0123456789abcdefilorstx"  # \uXXXX stays one
    place = rng.choice([place for place, letter in enumerate(text) if letter in letters])
    other = "8" if text[place] == "7" else "7"
    if column == "at":  # the last digit of the hour stays a moment
        place = 12
        other = "1" if text[place] != "1" else "2"
    changed = text[:place] + other + text[place + 1 :]
    cast = {"facts": "CAST('{}' AS json)", "at": "CAST('{}' AS timestamptz)"}
    value = (
        cast.get(column, "'{}'") if database.engine.dialect.name == "postgresql" else "'{}'"
    ).format(changed)  # fmt: skip
    tampered(database, f"UPDATE audit_entry SET {column} = {value} WHERE id = {entry}")


def _restore(database: Database, entry: int, kept: tuple[Any, ...]) -> None:
    with database.reading() as session:
        names = [column.name for column in AuditEntry.__table__.columns]
        row = session.connection().exec_driver_sql(
            f"SELECT {', '.join(f'CAST({n} AS text)' for n in names)} FROM audit_entry WHERE id = {entry}"
        ).one()  # fmt: skip
    for name, was, now in zip(names, kept, row, strict=True):
        if was != now:
            kind = {"facts": "json", "at": "timestamptz"}.get(name)
            is_cast = kind and database.engine.dialect.name == "postgresql"
            value = f"CAST('{was}' AS {kind})" if is_cast else f"'{was}'"
            tampered(database, f"UPDATE audit_entry SET {name} = {value} WHERE id = {entry}")


def _one_byte_anywhere_is_found(
    database: Database, office: Office, keyring: Keyring, entries: int, tries: int
) -> None:
    write_down(database, office, entries)
    assert checked(database, keyring).breaks == []
    first, rng = _first_entry(database), random.Random(7)
    names = ", ".join(f"CAST({column.name} AS text)" for column in AuditEntry.__table__.columns)
    for _ in range(tries):
        number = rng.randrange(entries)
        entry = first + number
        with database.reading() as session:
            kept = session.connection().exec_driver_sql(
                f"SELECT {names} FROM audit_entry WHERE id = {entry}"
            ).one()  # fmt: skip
        _flip(database, entry, rng)
        with database.reading() as session:  # the negative control: nothing else in the database minds
            assert session.execute(select(AuditEntry.id).where(AuditEntry.id == entry)).scalar_one()
        (found,) = checked(database, keyring).breaks
        assert found == Break(
            Fault.CHANGED, office.ward, number // 25 + 1, number % 25 + 1, "audit", (entry, 0)
        )
        _restore(database, entry, tuple(kept))
    assert checked(database, keyring).breaks == []


def test_one_changed_byte_is_found_with_its_position(
    database: Database, office: Office, keyring: Keyring
) -> None:
    _one_byte_anywhere_is_found(database, office, keyring, ENTRIES, 8)


@pytest.mark.evidence
def test_one_changed_byte_in_ten_thousand_rows_is_found_with_its_position(
    database: Database, office: Office, keyring: Keyring
) -> None:
    _one_byte_anywhere_is_found(database, office, keyring, 10_000, 200)


def _swap(first: int) -> list[str]:
    return [
        f"UPDATE audit_entry SET id = -1 WHERE id = {first}",
        f"UPDATE audit_entry SET id = {first} WHERE id = {first + 1}",
        f"UPDATE audit_entry SET id = {first + 1} WHERE id = -1",
    ]


def _add(first: int) -> list[str]:
    columns = "at, actor_id, agency_id, action, object_type, object_id, facts"
    chosen = f"SELECT 999999, {columns} FROM audit_entry WHERE id = {first}"
    return [f"INSERT INTO audit_entry (id, {columns}) {chosen}"]


@pytest.mark.parametrize(
    ("tamper", "fault", "place"),
    [
        (lambda first: [f"DELETE FROM audit_entry WHERE id = {first + 2}"], Fault.MISSING, (1, 3)),
        (_swap, Fault.CHANGED, (1, 1)),
        (_add, Fault.ADDED, (0, 0)),
        (lambda _: ["DELETE FROM trail_link WHERE seq = 2 AND agency_id > 0"], Fault.LINK_MISSING, (2, 0)),
        (
            lambda _: ["UPDATE trail_link SET at = '2026-11-20 00:00:00.000000' WHERE seq = 3"],
            Fault.LINK_CHANGED,
            (3, 0),
        ),
        (lambda _: ["DELETE FROM trail_link WHERE seq = 4 AND agency_id > 0"], Fault.HEAD, (4, 0)),
    ],
    ids=["deleted", "reordered", "inserted", "link deleted", "link changed", "last link deleted"],
)
def test_every_way_of_altering_it_is_found(
    database: Database,
    office: Office,
    keyring: Keyring,
    tamper: Callable[[int], list[str]],
    fault: Fault,
    place: tuple[int, int],
) -> None:
    write_down(database, office, 100)
    tampered(database, *tamper(_first_entry(database)))
    found = checked(database, keyring).breaks[0]
    assert (found.fault, (found.link, found.place)) == (fault, place)


def _cut_the_tail(database: Database, office: Office) -> None:
    """Whoever has the database but not yesterday's seal: the last day never was."""
    ward = office.ward
    tampered(
        database,
        f"DELETE FROM audit_entry WHERE id > {_first_entry(database) + 49}",
        f"DELETE FROM trail_link WHERE seq > 2 AND agency_id = {ward}",
        f"UPDATE trail_head SET seq = 2, hash = (SELECT hash FROM trail_link WHERE seq = 2 "
        f"AND agency_id = {ward}) WHERE agency_id = {ward}",
        "DELETE FROM trail_seal",
    )


def test_a_tail_cut_off_is_found_by_the_seal_alone(
    database: Database, office: Office, keyring: Keyring
) -> None:
    write_down(database, office, 100)
    with database.transaction() as session:
        assert sealing.seal(session, keyring, now=NOW) is not None
        assert sealing.seal(session, keyring, now=NOW) is None
    with database.reading() as session:
        laid_down = tuple(stored_seals(session))
    assert checked(database, keyring, laid_down=laid_down).breaks == []
    _cut_the_tail(database, office)
    assert checked(database, keyring).breaks == []  # the chain alone cannot know
    (found,) = checked(database, keyring, laid_down=laid_down).breaks
    assert found == Break(Fault.TRUNCATED, office.ward, 4, day="2026-11-23")


def test_what_a_restore_lost_is_no_cut_but_a_seal_of_later_still_counts(
    database: Database, office: Office, keyring: Keyring
) -> None:
    write_down(database, office, 100)
    with database.transaction() as session:
        sealing.seal(session, keyring, now=NOW)
    with database.reading() as session:
        laid_down = tuple(stored_seals(session))
    _cut_the_tail(database, office)  # as an older backup would stand
    with database.transaction() as session:
        restoring.settle(session, made_at=NOW, now=LATER, file_name="tthc.sqlite.gz")
    assert checked(database, keyring, laid_down=laid_down).breaks == []


def test_a_new_key_signs_on_and_the_old_one_no_longer(
    database: Database, office: Office, keyring: Keyring
) -> None:
    write_down(database, office, 50)
    assert keyring.add().id == 2
    database.bind(str(database.engine.url.render_as_string(hide_password=False)), keyring=keyring)
    write_down(database, office, 50)
    with database.reading() as session:
        used = session.execute(
            select(TrailLink.key_id).where(TrailLink.agency_id == office.ward).order_by(TrailLink.seq)
        )
        assert list(used.scalars()) == [1, 1, 2, 2]
    assert checked(database, keyring).breaks == []
    assert keyring.signing().id == 2


def test_a_lost_key_file_stops_no_desk_and_is_told(
    database: Database, office: Office, keyring: Keyring, tmp_path: Path
) -> None:
    write_down(database, office, 25)
    (tmp_path / NAME).unlink()
    fresh = Keyring(tmp_path / NAME)
    database.bind(str(database.engine.url.render_as_string(hide_password=False)), keyring=fresh)
    write_down(database, office, 25)
    assert fresh.signing().id == 2
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o400
    assert checked(database, fresh).breaks[-1].fault is Fault.KEY_UNKNOWN


def test_the_personal_part_can_be_erased_and_the_chain_holds(
    database: Database, office: Office, keyring: Keyring
) -> None:
    dossier_id = receive(database, office)
    with database.transaction() as session:
        again = session.get_one(Dossier, dossier_id)
        actor = events.Actor(office.clerk.user_id, office.clerk.name)
        for name in ("Nguyễn Văn An", "Nguyễn Văn Ân"):
            events.append(
                session, again, EventKind.NOTED, actor=actor, now=NOW, private={"full_name": ["", name]}
            )
    before = checked(database, keyring)
    assert before.breaks == []
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM event_private WHERE seq = 2")
    after = checked(database, keyring)
    assert (after.breaks, after.erased) == ([], before.erased + 1)
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE event_private SET salt = salt WHERE seq = 3")
    tampered(database, "UPDATE event_private SET payload = '{}' WHERE seq = 3")
    assert checked(database, keyring).breaks[0].kind == "private"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_link SET at = at",
        "DELETE FROM trail_link",
        "DELETE FROM trail_head",
        "UPDATE trail_head SET seq = 1",
        "UPDATE trail_seal SET links = 0",
        "DELETE FROM trail_seal",
        "UPDATE audit_entry SET action = ''",
        "DELETE FROM audit_entry",
        "UPDATE dossier_event SET reason = ''",
        "DELETE FROM dossier_event",
        "DELETE FROM dossier",
        "UPDATE dossier SET code = code || 'X'",
        "DELETE FROM dossier_code",
        "UPDATE dossier_code SET code = code || 'X'",
    ],
)
def test_the_database_itself_refuses(
    database: Database, office: Office, keyring: Keyring, statement: str
) -> None:
    receive(database, office)
    with database.transaction() as session:
        audit.note(session, "noted", actor_id=None, now=NOW)
        sealing.seal(session, keyring, now=NOW)
    with pytest.raises(DatabaseError, match=r"append-only|only rises"), database.transaction() as session:
        session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_part_of_the_history_is_not_emptied_either(database: Database, office: Office) -> None:
    for table in ("dossier_event_2026", "dossier_event_later", "trail_link", "event_private", "dossier_code"):
        with pytest.raises(DatabaseError, match="append-only"), database.transaction() as session:
            session.connection().exec_driver_sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_writers_of_the_same_agencies_neither_break_the_chain_nor_wait_for_each_other_in_a_ring(
    database: Database, office: Office, keyring: Keyring
) -> None:
    """Each transaction writes to both agencies, half of them the other way round, all at once."""
    faults: list[BaseException] = []
    ready = threading.Barrier(4)

    def work(agencies: tuple[int, ...]) -> None:
        try:
            ready.wait()
            for _ in range(15):
                with database.transaction() as session:
                    for agency in agencies:
                        audit.note(session, "noted", actor_id=None, now=NOW, agency_id=agency)
                        session.flush()
        except BaseException as fault:  # noqa: BLE001 (told by the test itself)
            faults.append(fault)

    pairs = [(office.ward, office.other), (office.other, office.ward)] * 2
    threads = [threading.Thread(target=work, args=[pair]) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    report = checked(database, keyring)
    assert report.breaks == []
    with database.reading() as session:
        assert session.get_one(TrailHead, office.other).seq == 60


def test_what_stood_there_before_is_chained_once(database: Database, keyring: Keyring) -> None:
    plain = str(database.engine.url.render_as_string(hide_password=False))
    database.bind(plain)  # as the version before: without a trail
    with database.transaction() as session:
        office = open_office(session)
    dossier_id = receive(database, office)
    with database.transaction() as session:
        audit.note(session, "noted", actor_id=None, now=NOW)
    database.bind(plain, keyring=keyring)
    assert checked(database, keyring).breaks[0].fault is Fault.ADDED
    with database.transaction() as session:
        assert trail.begin(session, keyring) >= 2
    assert checked(database, keyring).breaks == []
    with database.transaction() as session:
        assert trail.begin(session, keyring) == 0
    tampered(database, f"UPDATE dossier_event SET actor_name = 'x' WHERE dossier_id = {dossier_id}")
    assert checked(database, keyring).breaks[0].row == (dossier_id, 1)


def test_the_genesis_holds_no_more_than_so_many_rows(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many chains there are: the longest is written before there are more."""
    plain = str(database.engine.url.render_as_string(hide_password=False))
    database.bind(plain)
    with database.transaction() as session:
        office = open_office(session)
        for number in range(60):
            agency = (office.ward, office.other, None)[number % 3]
            audit.note(session, f"noted {number}", actor_id=None, now=NOW, agency_id=agency)
            session.flush()
    database.bind(plain, keyring=keyring)
    held, most = [], 20
    monkeypatch.setattr(trail, "MOST_HELD", most)
    write = trail._append

    def told(connection: Any, keys: Keyring, by_agency: Any, *kind: Any) -> None:
        held.append(sum(map(len, by_agency.values())))
        write(connection, keys, by_agency, *kind)

    monkeypatch.setattr(trail, "_append", told)
    with database.transaction() as session:
        many = trail.begin(session, keyring)
    assert (sum(held), max(held) <= most) == (many, True)
    assert len(held) > many / most
    assert checked(database, keyring).breaks == []


def test_a_part_of_a_chain_can_be_looked_at_alone(
    database: Database, office: Office, keyring: Keyring
) -> None:
    write_down(database, office, 50)
    with database.transaction() as session:
        audit.note(session, "later", actor_id=None, now=LATER, agency_id=office.ward)
    report = checked(database, keyring, Span(office.ward, since=at("Tue 2026-11-24 00:00")))
    assert (report.links, report.entries, report.breaks) == (1, 1, [])
