"""From SQLite to PostgreSQL: rows, numbers that go on, search, trail; stopped, and gone on with."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, func, select, text, update
from sqlalchemy.orm import Session

from tests.support import databases, postgres
from tests.support.desk import Worker, new_key
from tests.support.moments import at
from tthc_tracker import migrating
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.engine import make_engine
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import moving as job
from tthc_tracker.jobs.moving import Moved
from tthc_tracker.jobs.work import LEASE, JobFault
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.archive import ArchivedYear
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.models.trail import TrailLink
from tthc_tracker.queries import search, trailchecks
from tthc_tracker.queries.accounts import rights_of
from tthc_tracker.services import leases, moving, trail
from tthc_tracker.services import search as search_index
from tthc_tracker.services.demo import filling
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.trailkeys import NAME, Keyring
from tthc_tracker.wording import moving as words

NOW = at("Mon 2026-11-23 09:00")
SECRET = "a secret of tests"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demo in it and the key of its trail: filled once, copied for each test."""
    folder = tmp_path_factory.mktemp("installation")
    with databases.migrated("sqlite", folder) as url:
        database = Database()
        database.bind(url, keyring=Keyring(folder / NAME))
        with database.transaction() as session:
            trail.begin(session, Keyring(folder / NAME))
        with database.transaction() as session:
            filling.fill(session, now=NOW, secret=SECRET, dossiers=150, seed=7)
        database.dispose()
    return folder


@pytest.fixture
def filled(installation: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copytree(installation, tmp_path, dirs_exist_ok=True)
    database = Database()
    database.bind(f"sqlite:///{tmp_path / 'tthc.sqlite'}", keyring=Keyring(tmp_path / NAME))
    yield database
    database.dispose()


@pytest.fixture
def target() -> Iterator[Engine]:
    with postgres.empty_database() as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def moved(database: Database, target: Engine, folder: Path) -> Moved:
    opened = job.open_target(database.engine, target.url.render_as_string(hide_password=False))
    try:
        return job.move(
            database.engine, opened, Keyring(folder / NAME), carried=lambda _: None, compared=lambda _: None
        )
    finally:
        opened.dispose()


def test_every_row_stands_on_the_other_side_and_the_trail_holds(
    filled: Database, target: Engine, tmp_path: Path
) -> None:
    done = moved(filled, target, tmp_path)
    assert done.whole
    assert {proof.table for proof in done.proofs} == {table.name for table in moving.tables()}
    assert all(proof.looked_at == proof.here == proof.there for proof in done.proofs)
    assert done.trail.links > 0
    assert not done.trail.breaks
    with target.connect() as connection:
        assert moving.begun(connection) is None, "nothing of the move stays"


def test_a_year_in_an_archive_is_brought_back_before_a_move(
    filled: Database, target: Engine, tmp_path: Path
) -> None:
    """The numbers of its dossiers would be given again: the target goes on behind the last it holds."""
    with filled.transaction() as session:
        user = session.execute(select(func.min(User.id))).scalar_one()
        session.add(ArchivedYear(year=2021, at=NOW, by_id=user, revision=""))
    with pytest.raises(JobFault, match="2021"):
        moved(filled, target, tmp_path)


def test_the_desk_goes_on_with_its_numbers_and_finds_what_was_carried(
    filled: Database, target: Engine, tmp_path: Path
) -> None:
    moved(filled, target, tmp_path)
    database = Database()
    database.bind(target.url.render_as_string(hide_password=False), keyring=Keyring(tmp_path / NAME))
    with database.transaction() as session:
        clerk = session.execute(select(User).where(User.username == "motcua")).scalar_one()
        desk = session.execute(
            select(Membership.agency_id).where(Membership.user_id == clerk.id, Membership.role == Role.CLERK)
        ).scalar_one()
        procedure = session.execute(select(Procedure.code).order_by(Procedure.id).limit(1)).scalar_one()
        before = session.execute(select(func.max(Dossier.id)).where(Dossier.id < 2027 * 10**10)).scalar_one()
        facts = ReceptionFacts(procedure, Party("Nguyễn Văn Chuyển", id_number="045090001234"))
        command = ReceiveDossier(new_key(), desk, facts)
        worker = Worker(clerk.id, clerk.full_name, rights_of(session, clerk.id).memberships, EVERYTHING)
        taken = receive(session, command, actor=worker, now=NOW)
        made = select(Dossier.id).where(Dossier.code == taken.code)
        assert session.execute(made).scalar_one() > before
        carried = session.execute(
            select(Dossier.code, Person.full_name).join(Person, Person.id == Dossier.owner_id).limit(1)
        ).one()
        found = search.find(session, carried.full_name, EVERYTHING)
        assert carried.code in {row.code for row in found.rows}
    database.dispose()


def test_the_words_of_what_was_carried_are_known_once_the_job_has_run(
    filled: Database, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "ROWS", 40)  # the index is made in several units: each sees what was noted
    moved(filled, target, tmp_path)
    of_names = "SELECT word FROM ts_stat('SELECT document FROM dossier_search') WHERE word !~ '^[and][0-9]+$'"
    with Session(target) as session, session.begin():
        there = sorted(session.execute(text(of_names)).scalars())
        noted = session.execute(text("SELECT term FROM dossier_word_new")).scalars().all()
        assert sorted(noted) == there
        assert not search_index.carry_words(session)
        assert sorted(session.execute(text("SELECT term FROM dossier_word")).scalars()) == there


def test_a_move_that_was_stopped_goes_on_from_where_it_was(
    filled: Database, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry, left = moving.carry, iter(range(60))

    def stops(*given: object, **named: object) -> moving.Reached:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return carry(*given, **named, most=50)

    monkeypatch.setattr(moving, "carry", stops)
    with pytest.raises(KeyboardInterrupt):
        moved(filled, target, tmp_path)
    monkeypatch.setattr(moving, "carry", carry)
    with target.connect() as connection:
        begun = connection.execute(select(func.count()).select_from(moving.PROGRESS)).scalar_one()
    assert begun > 1, "some tables were carried"
    assert moved(filled, target, tmp_path).whole


def test_a_stretch_of_large_rows_is_a_short_one(
    filled: Database, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BYTES", 5_000)
    carry, links = moving.carry, []

    def told(here: Connection, there: Connection, table: Table) -> moving.Reached:
        before, now = moving.reached(there, table), carry(here, there, table)
        if table.name == TrailLink.__tablename__:
            links.append(now.rows - before.rows)
        return now

    monkeypatch.setattr(moving, "carry", told)
    assert moved(filled, target, tmp_path).whole
    assert sum(links) > len(links) > 2, "more than one a stretch, and not all of them in one"


def test_nothing_of_a_move_or_a_migration_is_given_up_for_taking_long(
    filled: Database, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: dict[str, set[str]] = defaultdict(set)

    def watch(module: Any, name: str) -> None:
        asked = getattr(module, name)

        def watched(*given: Any) -> Any:
            units = [each.connection() if isinstance(each, Session) else each for each in given
                     if isinstance(each, Connection | Session)]  # fmt: skip
            there = [unit for unit in units if unit.dialect.name == "postgresql"]
            limits[name].update(unit.execute(text("SHOW statement_timeout")).scalar_one() for unit in there)
            return asked(*given)

        monkeypatch.setattr(module, name, watched)

    watch(migrating, "_alembic")
    for name in ("carry", "go_on_counting", "compare"):
        watch(moving, name)
    for name in ("forget_all", "index_from"):
        watch(search_index, name)
    watch(trailchecks, "verify")
    assert moved(filled, target, tmp_path).whole
    assert limits == {name: {"0"} for name in limits}
    assert len(limits) == 7
    with target.connect() as after:
        assert after.execute(text("SHOW statement_timeout")).scalar_one() == "1min"


def test_a_row_that_differs_is_named(filled: Database, target: Engine, tmp_path: Path) -> None:
    moved(filled, target, tmp_path)
    with filled.engine.connect() as here, target.begin() as there:
        first = there.execute(select(func.min(Dossier.id))).scalar_one()
        there.execute(update(Dossier).where(Dossier.id == first).values(version=Dossier.version + 1))
        *_, proof = moving.compare(here, there, moving.Base.metadata.tables["dossier"])
    assert (proof.same, proof.differs_at, proof.here) == (False, (first,), proof.there)


def test_a_row_too_many_is_counted(filled: Database, target: Engine, tmp_path: Path) -> None:
    moved(filled, target, tmp_path)
    with filled.engine.connect() as here, target.begin() as there:
        there.execute(text("INSERT INTO job_position (name, after_id) VALUES ('a stranger', 1)"))
        *_, proof = moving.compare(here, there, moving.Base.metadata.tables["job_position"])
    assert (proof.same, proof.there - proof.here) == (False, 1)


def test_a_source_that_was_written_since_begins_again(
    filled: Database, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "_carry", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        moved(filled, target, tmp_path)
    with filled.transaction() as session:
        event = session.execute(select(DossierEvent).limit(1)).scalar_one()
        later = DossierEvent(
            dossier_id=event.dossier_id, seq=900, kind=event.kind, occurred_at=NOW, recorded_at=NOW,
            actor_id=None, actor_name="", reason="", facts={},
        )  # fmt: skip
        session.add(later)
    with pytest.raises(JobFault, match=words.SOURCE_CHANGED):
        moved(filled, target, tmp_path)


def test_a_target_in_use_is_left_alone(filled: Database, target: Engine, tmp_path: Path) -> None:
    moved(filled, target, tmp_path)
    with pytest.raises(JobFault, match=words.TARGET_IN_USE):
        moved(filled, target, tmp_path)


def test_nobody_moves_while_the_scheduler_runs(filled: Database, target: Engine, tmp_path: Path) -> None:
    with filled.transaction() as session:
        leases.acquire(session, LEASE, "somebody")
    with pytest.raises(JobFault, match=words.STOP_SCHEDULER):
        moved(filled, target, tmp_path)


def test_only_a_file_is_moved_and_only_to_postgresql(filled: Database, target: Engine) -> None:
    with pytest.raises(JobFault, match="--to"):
        job.open_target(filled.engine, "sqlite:///elsewhere.sqlite")
    with pytest.raises(JobFault, match="sqlite"):
        job.open_target(target, "postgresql+psycopg://elsewhere/tthc")
