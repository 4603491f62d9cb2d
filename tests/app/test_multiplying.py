"""A large office for the bench, made of a smaller one by its rows: what the product says of it holds."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text

from tests.bench import multiplying, population
from tests.support import databases
from tests.support.moments import at
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.fact import DossierFact
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.queries import factchecks, search
from tthc_tracker.services import dailyfacts, numbering

NOW = at("Mon 2026-11-23 09:00")
BASE, TIMES = 160, 3


@pytest.fixture(scope="module", params=databases.ENGINES)
def multiplied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, set[str]]]:
    """An office of 160 dossiers three times over; and the indexes and triggers it had before."""
    folder, database = tmp_path_factory.mktemp("office"), Database()
    with databases.migrated(request.param, folder) as url:
        database.bind(url)
        population.build(
            database, dossiers=BASE, open_ones=60, now=NOW, seed=7, progress=lambda _: None, agencies=8,
            procedures=120,
        )  # fmt: skip
        run = dailyfacts.Run()
        while run.more:
            with database.transaction() as session:
                dailyfacts.fold_next(session, run)
        before = _laid(database)
        database.dispose()
        if request.param == "sqlite":
            file = Path(url.removeprefix("sqlite:///"))
            shutil.copyfile(file, base := folder / "base.sqlite")
            multiplying.sqlite_office(file, base, TIMES)
        else:
            address = url.replace("+psycopg", "").replace("tthc@", "postgres@")
            multiplying.postgresql_office(address, TIMES)
        database.bind(url)
        multiplying.sum_up(database)
        yield database, before
        database.dispose()


def _laid(database: Database) -> set[str]:
    """All indexes and triggers; PostgreSQL makes up the names of a partition's, so what they hold."""
    if database.engine.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')"
    else:
        asked = (
            r"SELECT regexp_replace(indexdef, 'INDEX \S+ ON', 'INDEX ON') FROM pg_indexes"
            " WHERE schemaname IN ('public', 'base') UNION"
            " SELECT concat(tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal"
        )
    with database.reading() as session:
        return set(session.execute(text(asked)).scalars())


def test_every_dossier_stands_there_so_many_times_with_a_code_of_its_own(
    multiplied: tuple[Database, set[str]],
) -> None:
    database, _ = multiplied
    with database.reading() as session:
        many = session.execute(select(func.count()).select_from(Dossier)).scalar_one()
        coded = select(func.count()).select_from(Dossier).join(DossierCode, DossierCode.code == Dossier.code)
        of_days = select(DossierCode.agency_id, DossierCode.day, func.max(DossierCode.seq), func.count())
        days = session.execute(of_days.group_by(DossierCode.agency_id, DossierCode.day).order_by(None)).all()
        counters = select(CodeCounter.agency_id, CodeCounter.day, CodeCounter.last).order_by(CodeCounter.day)
        last = {(row[0], row[1]): row[2] for row in session.execute(counters)}
        assert session.execute(coded).scalar_one() == many == BASE * TIMES
    assert {(agency, day): count for agency, day, _, count in days} == last
    assert all(highest == count for _, _, highest, count in days)


def test_the_facts_are_those_that_a_recount_comes_to(multiplied: tuple[Database, set[str]]) -> None:
    database, _ = multiplied
    with database.reading() as session:
        report = factchecks.verify(session, NOW.date() - dt.timedelta(days=900), NOW.date())
        kept = session.execute(select(func.count()).select_from(DossierFact)).scalar_one()
    assert (report.differences, report.waiting, report.standing) == ([], 0, dailyfacts.READY)
    assert kept == BASE * TIMES


def test_each_is_found_by_its_name_its_card_and_the_end_of_its_code(
    multiplied: tuple[Database, set[str]],
) -> None:
    database, _ = multiplied
    last = select(Dossier.code, Person.full_name, Person.id_number).join(
        Person, Person.id == Dossier.applicant_id
    )
    with database.reading() as session:
        code, name, card = session.execute(last.order_by(Dossier.id.desc()).limit(1)).one()
        for typed in (name, card[-6:], code.partition("-")[2]):
            found = search.find(session, typed, EVERYTHING)
            assert code in {row.code for row in found.rows}, typed


def test_what_guards_and_orders_the_tables_is_there_again(multiplied: tuple[Database, set[str]]) -> None:
    database, before = multiplied
    assert _laid(database) == before
    if database.engine.dialect.name == "sqlite":
        with database.reading() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert "base" not in inspect(database.engine).get_schema_names()


def test_numbers_go_on_behind_the_copies(multiplied: tuple[Database, set[str]]) -> None:
    database, _ = multiplied
    with database.transaction() as session:
        known = session.execute(select(func.max(Dossier.id))).scalar_one() or 0
        assert numbering.next_dossier_id(session, 2026) > known
        assert numbering.next_person_ids(session, 1)[0] > (
            session.execute(select(func.max(Person.id))).scalar_one() or 0
        )
