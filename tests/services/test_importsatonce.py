"""Two sources bring the same dossiers at one moment: the second is judged as if the first had been before."""

from collections.abc import Mapping
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.services.test_imports import NOW, SOURCE, vinh_phuc
from tests.support.sending import dossier
from tthc_tracker.domain.errors import ConflictingDossier
from tthc_tracker.domain.rowfaults import Refusal
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import exchanging, importjudging, imports, importwriting
from tthc_tracker.services.importjudging import Judged, Outcome, Register
from tthc_tracker.services.importreading import RawRow as Row
from tthc_tracker.services.imports import ImportFile

__all__ = ["vinh_phuc"]
OTHER = "national-portal"
SHARED = range(3, 7)


def rows_of(numbers: range, procedure: str) -> list[Row]:
    """Dossiers by number; each file names a procedure of its own that nobody knows yet."""
    new = [
        dossier(number) | {
            "MaHoSo": f"H62.02-210701-{number:04}", "MaTTHC": procedure, "DonViXuLy": "H62.02",
            "NoiNopHoSo": "H62.02", "TenLinhVuc": f"Lĩnh vực {procedure}",
        }
        for number in numbers
    ]  # fmt: skip
    return list(enumerate(new, start=2))


def opened(database: Database, source: str) -> tuple[Register, int]:
    """A file of a source that is about to be read in."""
    with database.reading() as session:
        register = imports.prepare(session, source)
    with database.transaction() as session:
        file = ImportFile(source, "tep.csv", "0" * 64, NOW)
        return register, imports.open_batch(session, file, actor_id=None, now=NOW)


def verdicts(judged: list[Judged]) -> dict[int, tuple[Outcome, Refusal | None]]:
    """The verdict of each dossier by its number."""
    return {int(item.code[-4:]): (item.outcome, item.refusal) for item in judged}


def test_the_second_source_gets_the_verdict_it_would_have_got_later_and_loses_nothing(
    vinh_phuc: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, first, second = vinh_phuc, opened(vinh_phuc, SOURCE), opened(vinh_phuc, OTHER)
    judged_before_the_first_committed = Event()
    done: dict[str, list[Judged]] = {}

    def take(source: str, rows: list[Row], register: Register, batch: int, meanwhile: Thread | None) -> None:
        with database.transaction() as session:
            done[source] = imports.take(session, register, rows, batch_id=batch, as_of=NOW, now=NOW)
            if meanwhile is not None:
                meanwhile.start()
                if session.get_bind().dialect.name == "postgresql":  # SQLite lets one write at a time
                    assert judged_before_the_first_committed.wait(30)

    def judge(session: Session, register: Register, rows: list[Row]) -> list[Judged]:
        judged = importjudging.judge(session, register, rows)
        if register is second[0]:
            judged_before_the_first_committed.set()
        return judged

    monkeypatch.setattr(imports, "judge", judge)
    theirs = Thread(target=take, args=(OTHER, rows_of(range(6, 0, -1), "9.000002"), *second, None))
    take(SOURCE, rows_of(range(3, 9), "9.000001"), *first, theirs)
    theirs.join()

    new, conflict = (Outcome.NEW, None), (Outcome.REFUSED, Refusal.CONFLICT_WITH_SOURCE)
    assert verdicts(done[SOURCE]) == dict.fromkeys(range(3, 9), new)
    assert verdicts(done[OTHER]) == dict.fromkeys((1, 2), new) | dict.fromkeys(SHARED, conflict)
    with database.reading() as session:
        owners = dict(
            session.execute(
                select(DossierCode.code, Source.code).join(Source, Source.id == DossierCode.source_id)
            ).all()
        )
        assert {int(code[-4:]): source for code, source in owners.items()} == (
            dict.fromkeys(range(3, 9), SOURCE) | dict.fromkeys((1, 2), OTHER)
        )
        for table in (Dossier, ImportedRow, Person):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 8, table

    # What was undone is forgotten too: the file goes on, its procedure known by the number it has now.
    register, batch = second
    with database.transaction() as session:
        more = imports.take(
            session, register, rows_of(range(9, 11), "9.000002"), batch_id=batch, as_of=NOW, now=NOW
        )
    assert verdicts(more) == dict.fromkeys((9, 10), new)


def test_a_fault_that_no_other_writer_is_the_cause_of_is_not_tried_for_ever(
    vinh_phuc: Database, monkeypatch: pytest.MonkeyPatch, engine_kind: str
) -> None:
    register, batch = opened(vinh_phuc, SOURCE)
    tries = []
    write = importwriting.write

    def twice(session: Session, *given: Any, **more: Any) -> None:
        tries.append(1)
        write(session, *given, **more)
        taken = {"code": "H62.02-210701-0001", "dossier_id": 1, "kind": "primary", "source_id": 1}
        session.execute(insert(DossierCode), taken)

    monkeypatch.setattr(importwriting, "write", twice)
    with pytest.raises(IntegrityError), vinh_phuc.transaction() as session:
        imports.take(session, register, rows_of(range(1, 3), "9.000001"), batch_id=batch, as_of=NOW, now=NOW)
    assert len(tries) == {"sqlite": 1, "postgresql": 2}[engine_kind]  # SQLite's writer knows that he is alone


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_a_code_that_is_sent_by_two_sources_at_one_moment_is_a_conflict_for_the_later(
    vinh_phuc: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(_, sent)] = rows_of(range(3, 4), "9.000001")
    with vinh_phuc.reading() as session:
        ids = {row.code: row.id for row in session.execute(select(Source.code, Source.id))}
    judge, meanwhile = exchanging._judged, [OTHER]

    def judged(session: Session, source_id: int, fields: Mapping[str, str]) -> tuple[Register, Judged]:
        made = judge(session, source_id, fields)
        if meanwhile:
            with vinh_phuc.transaction() as other:
                exchanging.submit(other, ids[meanwhile.pop()], sent, now=NOW)
        return made

    monkeypatch.setattr(exchanging, "_judged", judged)
    with pytest.raises(ConflictingDossier), vinh_phuc.transaction() as session:
        exchanging.submit(session, ids[SOURCE], sent, now=NOW)
    with vinh_phuc.reading() as session:
        owners = select(Source.code).join(DossierCode, DossierCode.source_id == Source.id)
        assert list(session.execute(owners).scalars()) == [OTHER]
