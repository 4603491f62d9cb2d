"""An old year goes into a schema of its own and comes back row by row; what is told of it stays true."""

import datetime as dt
import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import Text, cast, delete, func, insert, select, text, update
from sqlalchemy.engine import make_url

from tests.support import databases, postgres, yearrows
from tests.support.moments import at, on
from tthc_tracker import migrating
from tthc_tracker.domain.errors import NotAllowed, NotNow
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.extensions import database as bound
from tthc_tracker.models.archive import ArchivedFact
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.models.history import DossierEvent, DossierTransfer
from tthc_tracker.queries import archives, factchecks, trailchecks, yearclosure
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.trailchecks import Span
from tthc_tracker.services import archiving, audit, dailyfacts, numbering, trail
from tthc_tracker.services.archiving import Asked
from tthc_tracker.services.demo import filling
from tthc_tracker.services.trailkeys import NAME, Keyring

FILLED, LATER = at("Mon 2026-11-23 14:00"), at("Mon 2031-03-03 20:00")
YEAR = 2026
ASKED = Asked(YEAR, "quantri", with_uncollected=True)
# What is written down of an archive, and what every writer of history moves.
OF_THE_ARCHIVE = {"archived_year", "archived_table", "archived_code", "archived_fact"}
WRITTEN_TO = OF_THE_ARCHIVE | {"audit_entry", "trail_link", "trail_head"}


def fold(database: Database) -> None:
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Keyring]]:
    """The demo on PostgreSQL, of which every dossier has ended."""
    folder = tmp_path_factory.mktemp("archive")
    keyring = Keyring(folder / NAME)
    with databases.migrated("postgresql", folder) as url:
        bound.bind(url)
        with bound.transaction() as session:
            filling.fill(session, now=FILLED, secret="s" * 32, dossiers=100, seed=7)
            session.execute(
                update(Dossier).where(Dossier.closed_at.is_(None)).values(
                    state=State.WITHDRAWN, closed_at=FILLED, closed_on=FILLED.date(), paused_since=None,
                    next_check_at=None,
                )
            )  # fmt: skip
            one = select(func.min(Dossier.id)).where(yearclosure.within(Dossier.id, YEAR))
            uncollected = update(Dossier).where(Dossier.id == one.scalar_subquery())
            session.execute(uncollected.values(state=State.FINISHED))
        with bound.engine.begin() as connection:
            yearrows.plant(connection, YEAR)
            connection.execute(delete(DossierTransfer))  # they keep a year from going
        bound.bind(url, keyring=keyring)
        with bound.transaction() as session:
            trail.begin(session, keyring)
        fold(bound)
        yield url, keyring
        bound.dispose()


@pytest.fixture
def stocked(filled: tuple[str, Keyring]) -> Iterator[Database]:
    """A copy for each test would take long: each test brings back what it took."""
    bound.bind(filled[0], keyring=filled[1])
    yield bound
    with bound.reading() as session:
        left = [one.year for one in archives.years(session)]
    for year in reversed(left):
        restore(bound, replace(ASKED, year=year))
    assert not left


def contents(database: Database) -> dict[str, tuple[int, str]]:
    """Every table: how many rows, and a hash over them all."""
    found = {}
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = select(cast(func.row(*table.c), Text)).order_by(*table.primary_key)
            every = connection.execute(rows).scalars().all()
            found[table.name] = len(every), hashlib.sha256("\n".join(every).encode()).hexdigest()
        for name in ("pg_trigger", "pg_constraint"):
            found[name] = connection.execute(text(STANDING[name])).scalar_one(), ""
        assert not connection.execute(text("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")).scalar()
        assert not connection.execute(
            text("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        ).scalar()
    return found


STANDING = {
    "pg_trigger": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    "pg_constraint": "SELECT count(*) FROM pg_constraint WHERE contype = 'f'",
}


def archive(database: Database, asked: Asked = ASKED, now: dt.datetime = LATER) -> archiving.Done:
    with database.transaction() as session:
        return archiving.archive(session, asked, revision=migrating.head(), now=now)


def restore(database: Database, asked: Asked = ASKED) -> archiving.Done:
    with database.transaction() as session:
        return archiving.restore(session, asked, revision=migrating.head(), now=LATER)


def test_a_year_comes_back_row_by_row(stocked: Database) -> None:
    before = contents(stocked)
    done = archive(stocked)
    moved = {proof.table: proof.rows for proof in done.proofs}
    assert {name for name, many in moved.items() if not many} == {"dossier_transfer"}, "a row of every other"
    meanwhile = contents(stocked)
    assert meanwhile["dossier"][0] == before["dossier"][0] - moved["dossier"]
    assert {name for name, (many, _) in moved_parts(before, meanwhile).items() if many} <= set(moved)
    assert restore(stocked) == done
    after = contents(stocked)
    differs = {name for name in before if before[name] != after[name]}
    assert differs <= WRITTEN_TO


def moved_parts(
    before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]
) -> dict[str, tuple[int, str]]:
    """Tables with fewer rows than before."""
    return {
        name: (before[name][0] - after[name][0], "")
        for name in before
        if before[name][0] > after[name][0] and not name.startswith("pg_")
    }


def test_a_year_that_went_twice_still_comes_back(stocked: Database) -> None:
    before = contents(stocked)
    for _ in range(2):
        archive(stocked)
        restore(stocked)
    after = contents(stocked)
    assert {name for name in before if before[name] != after[name]} <= WRITTEN_TO


def test_a_dry_run_says_what_would_go_and_changes_nothing(stocked: Database) -> None:
    before = contents(stocked)
    with stocked.transaction() as session:
        tried = archiving.archive(session, replace(ASKED, dry_run=True), revision="", now=LATER)
        session.rollback()
    assert contents(stocked) == before
    assert tried.dossiers == before["dossier"][0] - elsewhere(stocked)


def elsewhere(database: Database) -> int:
    """How many dossiers are of other years."""
    with database.reading() as session:
        its = ~yearclosure.within(Dossier.id, YEAR)
        return session.execute(select(func.count()).select_from(Dossier).where(its)).scalar_one()


def test_tables_of_past_periods_and_what_proves_them_stay_as_they_were(stocked: Database) -> None:
    def tables() -> list[object]:
        with stocked.reading() as session:
            return [
                statutory(
                    session, Question(on("Mon 2025-12-15"), on("Mon 2026-12-14"), by, EVERYTHING), LATER
                )
                for by in (By.LEVEL, By.SECTOR, By.PROCEDURE)
            ]

    def differences() -> list[object]:
        with stocked.reading() as session:
            return factchecks.verify(session, on("Sun 2023-01-01"), on("Sat 2033-01-01")).differences

    before = tables()
    archive(stocked)
    assert tables() == before
    assert differences() == []
    with stocked.transaction() as session:
        away = select(ArchivedFact.dossier_id)
        session.connection().execute(insert(FactQueue).from_select(["dossier_id"], away))
    assert tables() == before, "while they wait to be looked at again"
    with stocked.transaction() as session:
        dailyfacts.begin_anew(session)
    fold(stocked)
    assert tables() == before, "made anew, from what is kept of the archive"
    assert differences() == []
    restore(stocked)
    fold(stocked)
    assert tables() == before
    assert differences() == []


def verified(filled: tuple[str, Keyring]) -> trailchecks.Report:
    with bound.reading() as session:
        return trailchecks.verify(session, filled[1].all(), Span())


def dump(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


EVENTS = f"archive_{YEAR}.dossier_event_{YEAR}"


def test_history_in_an_archive_is_read_there_and_told_as_kept_once_it_is_elsewhere(
    stocked: Database, filled: tuple[str, Keyring]
) -> None:
    whole = verified(filled)
    events = archive_events(stocked)
    archive(stocked)
    report = verified(filled)
    assert (report.breaks, report.archived) == ([], events)
    assert report.events == whole.events - events
    assert [(one.year, one.events, one.found) for one in report.archives] == [(YEAR, events, events)]

    dump(stocked, f"ALTER SCHEMA archive_{YEAR} RENAME TO elsewhere")
    gone = verified(filled)
    assert (gone.breaks, gone.archived) == ([], events)
    assert [(one.events, one.found) for one in gone.archives] == [(events, None)]
    with pytest.raises(NotNow, match=f"archive_{YEAR}"):
        restore(stocked)

    dump(stocked, f"ALTER SCHEMA elsewhere RENAME TO archive_{YEAR}")
    restore(stocked)
    assert verified(filled).breaks == []


def test_a_year_that_was_dumped_and_dropped_comes_back_from_its_file(
    stocked: Database, filled: tuple[str, Keyring], tmp_path: Path
) -> None:
    """As docs/operations.md has it, command by command."""
    before, schema = contents(stocked), f"archive_{YEAR}"
    address = filled[0].replace("postgresql+psycopg", "postgresql")
    archive(stocked)
    file = str(tmp_path / "year.dump")
    tool("pg_dump", "-d", address, "-Fc", "-n", schema, "-f", file)
    dump(stocked, f"DROP SCHEMA {schema} CASCADE")
    assert verified(filled).breaks == []
    tool("pg_restore", "-d", address, "--exit-on-error", file)
    assert verified(filled).archives[0].found == before_events(before)
    restore(stocked)
    after = contents(stocked)
    assert {name for name in before if before[name] != after[name]} <= WRITTEN_TO


def before_events(before: dict[str, tuple[int, str]]) -> int:
    """All events but those of other years."""
    with bound.reading() as session:
        live = session.execute(select(func.count()).select_from(DossierEvent)).scalar_one()
    return before["dossier_event"][0] - live


def tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own."""
    subprocess.run([str(postgres.BINARIES / name), *arguments], check=True, capture_output=True)


def archive_events(database: Database) -> int:
    with database.reading() as session:
        its = yearclosure.within(DossierEvent.dossier_id, YEAR)
        return session.execute(select(func.count()).select_from(DossierEvent).where(its)).scalar_one()


@pytest.mark.parametrize(
    ("spoil", "mend", "fault"),
    [
        (
            f"UPDATE {EVENTS} SET reason = reason || '!' WHERE seq = 1",
            f"UPDATE {EVENTS} SET reason = left(reason, -1) WHERE seq = 1",
            "changed",
        ),
        (
            f"CREATE TABLE kept AS SELECT * FROM {EVENTS} WHERE seq = 1; DELETE FROM {EVENTS} WHERE seq = 1",
            f"INSERT INTO {EVENTS} SELECT * FROM kept; DROP TABLE kept",
            "missing",
        ),
        (
            (
                f"INSERT INTO {EVENTS} SELECT dossier_id, seq + 900, kind, occurred_at, recorded_at,"
                f" actor_id, actor_name, reason, facts FROM {EVENTS} WHERE seq = 1"
            ),
            f"DELETE FROM {EVENTS} WHERE seq > 900",
            "added",
        ),
    ],
)
def test_what_is_altered_in_an_archive_is_found_and_does_not_come_back(
    stocked: Database, filled: tuple[str, Keyring], spoil: str, mend: str, fault: str
) -> None:
    archive(stocked)
    dump(stocked, *spoil.split(";"))
    assert verified(filled).breaks[0].fault == fault
    with pytest.raises(NotNow, match="không còn như lúc cất"):
        restore(stocked)
    dump(stocked, *mend.split(";"))
    restore(stocked)


def test_a_year_that_is_only_said_to_be_archived_is_a_break(
    stocked: Database, filled: tuple[str, Keyring]
) -> None:
    """Whoever takes rows out by hand and writes down an archive finds no entry of the audit beside it."""
    archive(stocked)
    dump(
        stocked, "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        "UPDATE audit_entry SET object_id = object_id || 'x' WHERE action = 'year_archived'",
    )  # fmt: skip
    assert {one.fault for one in verified(filled).breaks} == {"missing", "changed"}
    dump(
        stocked, "UPDATE audit_entry SET object_id = left(object_id, -1) WHERE action = 'year_archived'",
        "ALTER TABLE audit_entry ENABLE TRIGGER USER",
    )  # fmt: skip
    restore(stocked)
    assert verified(filled).breaks == []


def test_a_year_that_was_brought_back_is_archived_by_no_earlier_entry(
    stocked: Database, filled: tuple[str, Keyring]
) -> None:
    """The audit speaks of every archive; what it says last holds."""
    archive(stocked)
    with stocked.transaction() as session:
        audit.note(
            session, "year_restored", actor_id=None, now=LATER, object_type="year", object_id=YEAR, facts={}
        )
    report = verified(filled)
    assert {one.fault for one in report.breaks} == {"missing"}
    assert report.archives == []
    restore(stocked)
    assert verified(filled).breaks == []


# What keeps a year of which everything has ended: how it comes to be so, how it ends, what is said.
KEEPING = {
    "passed on to an heir": (
        (
            "INSERT INTO dossier_transfer SELECT dossier_id, 1, DATE '2026-07-01', 1, 2 FROM personal_erasure"
            f" WHERE dossier_id / 10000000000 = {YEAR}"
        ),
        "DELETE FROM dossier_transfer",
        "có 1 hồ sơ đã chuyển sang cơ quan kế thừa",
    ),
    "due by a term": (
        (
            "INSERT INTO retention_rule (procedure_key, months, valid_from, basis)"
            " VALUES (0, 12, DATE '2026-01-01', '')"
        ),
        "DELETE FROM retention_rule",
        "đã hết thời hạn lưu",
    ),
    "asked about": (
        "UPDATE personal_request SET asked_at = asked_at + interval '1560 days'",
        "UPDATE personal_request SET asked_at = asked_at - interval '1560 days'",
        "yêu cầu về dữ liệu cá nhân còn được giữ",
    ),
}


@pytest.mark.parametrize("case", KEEPING.values(), ids=KEEPING)
def test_a_dry_run_says_what_keeps_a_year_that_has_ended(
    stocked: Database, case: tuple[str, str, str]
) -> None:
    begins, ends, said = case
    dump(stocked, begins)
    try:
        with pytest.raises(NotNow, match=said):
            archive(stocked, replace(ASKED, dry_run=True))
    finally:
        dump(stocked, ends)
        fold(stocked)


def test_a_dry_run_of_the_way_back_names_what_has_lost_what_it_refers_to(stocked: Database) -> None:
    archive(stocked)
    dump(stocked, "CREATE TABLE kept AS SELECT * FROM personal_request", "DELETE FROM personal_request")
    try:
        with pytest.raises(NotNow, match="personal_request_dossier, cột request_id: 1 dòng"):
            restore(stocked, replace(ASKED, dry_run=True))
    finally:
        dump(stocked, "INSERT INTO personal_request SELECT * FROM kept", "DROP TABLE kept")
    restore(stocked)


@pytest.mark.parametrize(
    ("asked", "now", "said"),
    [
        (ASKED, at("Mon 2028-03-06 20:00"), "chưa đủ cũ"),
        (replace(ASKED, keep=9), LATER, "9 năm"),
        (replace(ASKED, with_uncollected=False), LATER, "--with-uncollected"),
        (replace(ASKED, year=2019), LATER, "không có hồ sơ nào"),
    ],
)
def test_a_year_that_must_stay_is_refused_with_what_to_do(
    stocked: Database, asked: Asked, now: dt.datetime, said: str
) -> None:
    before = contents(stocked)
    with pytest.raises(NotNow, match=said):
        archive(stocked, asked, now)
    assert contents(stocked) == before


def test_an_administrator_of_the_whole_has_to_say_so(stocked: Database) -> None:
    for name in ("motcua", "nobody", ""):
        with pytest.raises(NotAllowed, match="--by"):
            archive(stocked, replace(ASKED, by=name))


def first_of(database: Database, year: int) -> int:
    with database.reading() as session:
        its = yearclosure.within(Dossier.id, year)
        return session.execute(select(func.min(Dossier.id)).where(its)).scalar_one()


def test_an_open_dossier_and_one_that_hangs_together_with_an_open_one_keep_the_year(
    stocked: Database,
) -> None:
    match = Base.metadata.tables["dossier_match"]
    dump(stocked, "ALTER TABLE dossier DISABLE TRIGGER USER")
    for year, said in ((YEAR, "chưa kết thúc"), (YEAR - 1, "dossier_match")):
        one, other = first_of(stocked, year), first_of(stocked, YEAR)
        with stocked.engine.begin() as connection:
            ends = select(Dossier.closed_at, Dossier.closed_on).where(Dossier.id == one)
            at_, on_ = connection.execute(ends).one()
            open_ = update(Dossier).where(Dossier.id == one)
            connection.execute(open_.values(closed_at=None, closed_on=None))
            kept = connection.execute(select(match.c.first_id)).scalar_one()
            connection.execute(update(match).values(first_id=one, second_id=other))
        with pytest.raises(NotNow, match=said):
            archive(stocked)
        with stocked.engine.begin() as connection:
            connection.execute(open_.values(closed_at=at_, closed_on=on_))
            connection.execute(update(match).values(first_id=kept))
    dump(stocked, "ALTER TABLE dossier ENABLE TRIGGER USER")


def test_what_was_merged_into_a_dossier_of_another_year_goes_after_it(stocked: Database) -> None:
    sighting = Base.metadata.tables["sighting"]
    with stocked.engine.begin() as connection:
        kept = connection.execute(select(sighting.c.dossier_id)).scalar_one()
        connection.execute(update(sighting).values(dossier_id=first_of(stocked, YEAR - 1)))
    with pytest.raises(NotNow, match=f"cất năm {YEAR - 1} trước"):
        archive(stocked)
    with stocked.engine.begin() as connection:
        connection.execute(update(sighting).values(dossier_id=kept))


def test_two_years_that_hang_together_go_one_by_one_and_come_back_the_other_way_round(
    stocked: Database,
) -> None:
    match = Base.metadata.tables["dossier_match"]
    with stocked.engine.begin() as connection:
        kept = connection.execute(select(match.c.first_id)).scalar_one()
    with stocked.engine.begin() as connection:
        connection.execute(update(match).values(first_id=first_of(stocked, YEAR - 1)))
    before = contents(stocked)
    archive(stocked)
    earlier = replace(ASKED, year=YEAR - 1)
    archive(stocked, earlier)
    with pytest.raises(NotNow, match=f"khôi phục năm {YEAR - 1} trước"):
        restore(stocked)
    restore(stocked, earlier)
    restore(stocked)
    after = contents(stocked)
    assert {name for name in before if before[name] != after[name]} <= WRITTEN_TO
    with stocked.engine.begin() as connection:
        connection.execute(update(match).values(first_id=kept))


def test_a_later_dossier_of_an_archived_year_stays_beside_what_comes_back(stocked: Database) -> None:
    one = first_of(stocked, YEAR)
    table = Base.metadata.tables["dossier"]
    with stocked.reading() as session:
        row = dict(session.execute(select(*table.c).where(table.c.id == one)).mappings().one())
    archive(stocked)
    late = (YEAR + 1) * yearclosure.YEAR - 1
    with stocked.engine.begin() as connection:
        connection.execute(table.insert().values(row | {"id": late, "code": "muộn"}))
    fold(stocked)
    done = restore(stocked)
    with stocked.reading() as session:
        its = yearclosure.within(Dossier.id, YEAR)
        many = session.execute(select(func.count()).select_from(Dossier).where(its)).scalar_one()
    assert many == done.dossiers + 1
    again = archive(stocked)
    assert again.dossiers == many
    restore(stocked)
    dump(
        stocked, "ALTER TABLE dossier DISABLE TRIGGER USER", f"DELETE FROM dossier WHERE id = {late}",
        "ALTER TABLE dossier ENABLE TRIGGER USER", f"INSERT INTO fact_queue (dossier_id) VALUES ({late})",
    )  # fmt: skip
    fold(stocked)


def test_no_code_of_an_archive_is_free(stocked: Database) -> None:
    with stocked.reading() as session:
        its = yearclosure.within(DossierCode.dossier_id, YEAR)
        codes = set(session.execute(select(DossierCode.code).where(its)).scalars())
    archive(stocked)
    with stocked.reading() as session:
        assert codes <= set(archives.find_all(session, sorted(codes)))
        assert all(numbering.is_taken(session, code) for code in codes)
    restore(stocked)
    with stocked.reading() as session:
        assert archives.find_all(session, sorted(codes)) == {}


def test_who_does_not_own_the_tables_is_told_to_use_the_owner(
    stocked: Database, filled: tuple[str, Keyring]
) -> None:
    url = make_url(filled[0])
    web = "t_web_of_archives"
    postgres.shared().execute(
        sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(web)),
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(web)),
        database=str(url.database),
    )
    stocked.bind(url.set(username=web).render_as_string(hide_password=False), keyring=filled[1])
    with pytest.raises(NotNow, match="tthc_owner"):
        archive(stocked)
    stocked.bind(filled[0], keyring=filled[1])
    archive(stocked)
    stocked.bind(url.set(username=web).render_as_string(hide_password=False), keyring=filled[1])
    report = verified(filled)
    assert (report.breaks, [one.found for one in report.archives]) == ([], [None]), "it may not look inside"
    stocked.bind(filled[0], keyring=filled[1])
    restore(stocked)


def test_every_table_that_refers_to_a_dossier_is_in() -> None:
    """By its foreign keys, one that is added tomorrow too."""
    named = {table.name for table in yearclosure.tables()}
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name in named for key in table.foreign_keys)
    }
    assert pointing <= named
    assert {"dossier", "dossier_event", "event_private", "alert_recipient", "step_run"} <= named
    assert all(yearclosure.numbers(table) or list(table.foreign_keys) for table in yearclosure.tables())


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_sqlite_says_what_there_is_instead(database: Database) -> None:
    with database.transaction() as session:
        filling.fill(session, now=FILLED, secret="s" * 32, dossiers=3)
    for verb in (archive, restore):
        with pytest.raises(NotNow, match="flask db move"):
            verb(database)
