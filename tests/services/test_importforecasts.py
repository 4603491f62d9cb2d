"""Each file says what of its source falls due before the source speaks again, and the list is the number."""

import datetime as dt
from typing import Any

import pytest

from tests.services.test_imports import SOURCE, rows_of, vinh_phuc
from tests.support.moments import at
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.queries.calendarlists import DUE
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.services import importreading, imports
from tthc_tracker.services.importreading import RawRow
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.wording import importing as words

__all__ = ["vinh_phuc"]

MONDAY = at("Mon 2026-11-23 05:00")
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def send(database: Database, rows: list[RawRow], now: dt.datetime) -> dict[str, Any]:
    """One file of the portal; the counts that are kept of it."""
    tally = Tally()
    with database.transaction() as session:
        register = imports.prepare(session, SOURCE)
        file = ImportFile(SOURCE, "sample.csv", "0" * 64, now)
        batch_id = imports.open_batch(session, file, actor_id=None, now=now)
        for batch in importreading.in_batches(rows):
            tally.add(imports.take(session, register, batch, batch_id=batch_id, as_of=now, now=now))
        imports.close_batch(session, batch_id, tally.kept(), now=now)
        return dict(session.get_one(ImportBatch, batch_id).counts)


def due_on(days: list[str]) -> list[RawRow]:
    """Dossiers at work, one due on each of these days."""
    _, said = next(row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["TrangThaiHoSo"] == "4")
    return [
        (
            number,
            said
            | {
                "MaHoSo": f"H62.02-261102-{number:04}", "NgayNopHoSo": "20261102080000",
                "NgayTiepNhan": "20261102083000", "NgayHenTra": f"{day}100000",
            },
        )
        for number, day in enumerate(days, start=2)
    ]  # fmt: skip


@ONE_ENGINE
def test_a_file_says_what_falls_due_until_the_next_and_the_list_behind_it_is_that_number(
    vinh_phuc: Database,
) -> None:
    days = ["20261120", "20261123", "20261125", "20261126", "20261201"]
    first = send(vinh_phuc, due_on(days), MONDAY)  # Tuesday is a holiday
    assert first["forecast"] == {"until": "2026-11-25", "dossiers": 2}
    asked = Asked({"source": SOURCE, "day": "2026-11-23", "until": "2026-11-25"}, EVERYTHING, MONDAY)
    with vinh_phuc.reading() as session:
        assert DUE.count(session, asked).number == len(DUE.page(session, asked, "", 50).rows) == 2
    assert "2 hồ sơ" in words.foretold(first)
    assert "25/11/2026" in words.foretold(first)


@ONE_ENGINE
def test_a_source_that_sends_a_file_a_week_looks_a_week_ahead(vinh_phuc: Database) -> None:
    rows = due_on(["20261126", "20261129", "20261201"])
    send(vinh_phuc, rows, MONDAY - dt.timedelta(days=7))
    assert send(vinh_phuc, rows, MONDAY)["forecast"] == {"until": "2026-11-30", "dossiers": 2}


@ONE_ENGINE
def test_an_older_file_foretells_nothing(vinh_phuc: Database) -> None:
    send(vinh_phuc, due_on(["20261126"]), MONDAY)
    assert "forecast" not in send(vinh_phuc, due_on(["20261126"]), MONDAY - dt.timedelta(days=1))
    assert words.foretold({}) == ""
