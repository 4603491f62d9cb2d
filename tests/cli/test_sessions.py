"""`flask reports session`: the report as PDF and as a document of one set of words."""

import io
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from docx import Document

from tests.printouts.test_receipt import said, told
from tests.support.moments import at, on
from tests.support.statisticsdata import plant
from tthc_tracker import rendering
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.printouts import sessionreport as paper
from tthc_tracker.queries import sessionreport
from tthc_tracker.services import catalogue
from tthc_tracker.web.sessions.making import file_of
from tthc_tracker.wording.sessions import SECTIONS

if TYPE_CHECKING:
    from flask import Flask

THIRD, AFTER = quarter(2026, 3), at("Tue 2026-09-15 00:00")


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    with database.transaction() as session:
        catalogue.seed_reference(session, AFTER)
        plant(session, Random(7), 120, on("Fri 2026-05-01"), on("Wed 2026-09-30"), AFTER)
    return app


def report() -> sessionreport.SessionReport:
    with database.reading() as session:
        return sessionreport.report(session, "H50", THIRD, EVERYTHING, AFTER)


def test_the_late_by_source_by_agency_and_by_cause_are_those_of_the_table(planted: "Flask") -> None:
    found = report()
    row, desk = found.total.row, found.total.reception
    assert row.late + row.open_overdue > 0, "there is something to compare"
    sums = [
        sum(getattr(one, name) for one in found.sources)
        for name in ("late", "overdue", "answered_late", "waiting_late")
    ]
    assert sums == [row.late, row.open_overdue, desk.late, desk.waiting_late]
    assert sum(many for _, many in found.causes) == row.late + row.open_overdue
    (late,) = (one for one in paper.paper(found, {}).data["sections"] if one["heading"] == SECTIONS[3])
    table = next(one for one in late["blocks"] if one["kind"] == "table")
    assert table["rows"][-1] == ["Tất cả", *map(str, sums)]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_paper_and_word_say_the_same_and_the_same_words_give_the_same_bytes(
    planted: "Flask", tmp_path: Path
) -> None:
    found = report()
    document = file_of(found, "docx")
    assert document == file_of(found, "docx")
    made = Document(io.BytesIO(document))
    words = "\n".join(one.text for one in made.paragraphs)
    assert [one.text for one in made.paragraphs if one.style and one.style.name == "Heading 1"] == list(
        SECTIONS
    )
    assert all(shape._inline.docPr.get("descr") for shape in made.inline_shapes)
    (section,) = made.sections
    assert [round(one.mm) for one in (section.left_margin, section.right_margin, section.page_width)] == [
        30,
        20,
        210,
    ]
    path = tmp_path / "report.pdf"
    path.write_bytes(file_of(found, "pdf"))
    assert told(path)["Tagged"] == "yes"
    text = " ".join(said(path).split())
    first = next(line for line in words.splitlines() if line.startswith("Quý III/2026"))
    assert " ".join(first.split()[:12]) in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert all(heading in text for heading in SECTIONS)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_command_writes_the_file_and_says_what_it_cannot_read(planted: "Flask", tmp_path: Path) -> None:
    runner, path = planted.test_cli_runner(), tmp_path / "report.docx"
    args = ["reports", "session", "--output", str(path), "--format", "docx"]
    done = runner.invoke(args=[*args, "--quarter", "2026-Q3"])
    assert done.exit_code == 0, done.output
    assert path.read_bytes().startswith(b"PK")
    month = runner.invoke(args=[*args, "--quarter", "2026-09"])
    nowhere = runner.invoke(args=[*args, "--quarter", "2026-Q3", "--agency", "X1"])
    assert (month.exit_code, nowhere.exit_code) == (2, 2)
    assert "viết như 2024-Q1" in month.output
    assert "X1" in nowhere.output


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [["session", "--quarter", "2026-Q3"],
     ["statutory", "--from", "2026-06-15", "--to", "2026-09-14", "--format", "pdf"]],
    ids=["drawn", "set"],
)  # fmt: skip
def test_what_the_machine_is_too_busy_to_make_is_one_line_and_no_file(
    planted: "Flask", tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(rendering, "renderer", rendering.Renderer(patience=0.01))  # less than a start takes
    output = tmp_path / "bao-cao.pdf"
    result = planted.test_cli_runner().invoke(args=["reports", *command, "--output", str(output)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "Chưa tạo được tệp in hoặc biểu đồ: máy đang bận. Hãy chạy lại lệnh này sau ít phút."
    ]
    assert not output.exists()
