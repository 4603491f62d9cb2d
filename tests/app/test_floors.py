"""The bench: the bare SQL of a page is asked again on either database; sizes are read as they are written."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.bench import report
from tests.bench.__main__ import amount
from tests.bench.floors import floor_of, listening
from tests.bench.measures import Figure
from tthc_tracker.extensions import Database
from tthc_tracker.models.setting import Revision


@pytest.mark.parametrize("locks", [False, True], ids=["what only reads", "what locks rows, as a scan does"])
def test_what_was_heard_is_asked_again(database: Database, locks: bool) -> None:
    statement = select(Revision.number)
    with listening(database.engine) as heard, database.transaction() as session:
        session.execute(statement.with_for_update() if locks else statement).all()
    assert floor_of(database.engine, heard).statements == len(heard) >= 1


@pytest.mark.parametrize(("text", "wanted"), [("2000", 2_000), ("100k", 100_000), ("10m", 10_000_000)])
def test_sizes_are_read_as_they_are_written(text: str, wanted: int) -> None:
    assert amount(text) == wanted


def test_each_size_and_each_engine_has_its_own_place_in_the_docs(tmp_path: Path) -> None:
    docs = tmp_path / "benchmarks.md"
    docs.write_text("Head\n" + "\nbetween\n".join("\n".join(report.marks(size)) for size in (1000, 2000)))
    known = {"machine": report.machine(), "measured_at": "2026-11-27T08:00:00", "requests": 20,
             "versions": {"sqlite": "3", "postgresql": "15"},
             "size": {"dossiers": 2000, "open": 200, "agencies": 9, "procedures": 9}}  # fmt: skip
    for engine, value in (("postgresql", 7.0), ("sqlite", 5.0), ("sqlite", 6.0)):
        line = Figure("overdue list", value, 10, floor=1.0, empty=0.5, queries=6, rows=93)
        report.write_docs(known, {engine: [line]}, docs)
    before, told, _ = report.place_of(2000, docs)
    assert told.index("### sqlite (3)") < told.index("6.0 ms") < told.index("### postgresql (15)")
    assert "7.0 ms" in told
    assert "5.0 ms" not in told
    assert "| 4.0 |" in told
    assert "between" in before
    assert "ms" not in before
    with pytest.raises(LookupError, match="3,000"):
        report.place_of(3000, docs)
