"""`flask imports run` on exports of other names and encodings: by the map that was saved, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.support import pacing
from tests.support.moments import at
from tests.support.oldencodings import cp1258, tcvn3, vni
from tests.support.sending import csv_of, dossier, open_province
from tthc_tracker.domain.columnmaps import ColumnMap, DateStyle
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.extensions import database
from tthc_tracker.models.columnmap import SourceColumns
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import imports, importstages

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

SOURCE = "ministry-land"
COLUMNS = {
    "MaHoSo": "Số biên nhận", "MaTTHC": "Mã TTHC", "ChuHoSo": "Họ và tên", "TrangThaiHoSo": "Tình trạng",
    "NgayTiepNhan": "Ngày nhận", "NgayHenTra": "Hẹn trả",
}  # fmt: skip
HOW = ColumnMap(
    COLUMNS,
    {"KenhThucHien": "1", "DonViXuLy": "H62.02"},
    DateStyle.DAY_FIRST,
    {"TrangThaiHoSo": {"dang giai quyet": "4"}},
    Encoding.TCVN3,
)
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """The command, in a province whose source has a map."""
    people = open_province()
    with database.transaction() as session:
        source = session.execute(select(Source.id).where(Source.code == SOURCE)).scalar_one()
        session.add(SourceColumns(
            source_id=source, version=1, agency_id=None, encoding=HOW.encoding, dates=HOW.dates,
            columns=COLUMNS, fixed=dict(HOW.fixed), words=dict(HOW.words), made_at=at("Mon 2026-11-23 08:00"),
            made_by_id=people["controller"].user_id,
        ))  # fmt: skip
    runner = app.test_cli_runner()
    return lambda path, *more, source=SOURCE: runner.invoke(
        args=["imports", "run", str(path), "--source", source, *more]
    )


def export(many: int = 3, **names: str) -> str:
    """A night's export of a ministry's system."""
    head = [names.get(field, name) for field, name in COLUMNS.items()]
    written = {
        "NgayTiepNhan": "08:37 01-06-2021",
        "NgayHenTra": "21-06-2021",
        "TrangThaiHoSo": "Đang giải quyết",
    }
    rows = [dossier(number, **written) for number in range(1, many + 1)]
    return "\r\n".join([";".join(head), *(";".join(row[field] for field in COLUMNS) for row in rows)])


def left(folder: Path, content: bytes) -> Path:
    path = folder / "dem.csv"
    path.write_bytes(content)
    return path


def names() -> set[str]:
    with database.reading() as session:
        return set(session.execute(select(Person.full_name)).scalars())


@pytest.mark.parametrize("written", [str.encode, tcvn3], ids=["UTF-8", "as agreed for the source"])
def test_the_map_of_the_source_reads_its_exports(
    run: Run, tmp_path: Path, written: Callable[[str], bytes]
) -> None:
    for more, accepted in ((["--dry-run"], 3), ([], 3), ([], 0)):
        result = run(left(tmp_path, written(export())), "--format", "json", *more)
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["accepted"] == accepted
    assert {name.lower() for name in names()} == {"trần thị ánh nguyệt"}
    with database.reading() as session:
        assert set(session.execute(select(ImportBatch.source_columns_id)).scalars()) == {1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(export(NgayHenTra="Hẹn").encode(), "thiếu cột «Hẹn trả»", id="a column renamed"),
        pytest.param(vni(export()), "có vẻ là VNI (VNI-Times), không phải TCVN3", id="another encoding"),
        pytest.param(export().encode() + b"\xff", "không đoán được bảng mã", id="no encoding at all"),
    ],
)
def test_what_no_longer_fits_is_refused_whole(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    result = run(left(tmp_path, content))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert names() == set()


@pytest.mark.parametrize(
    ("write", "name"),
    [(cp1258, "windows-1258"), (vni, "vni"), (lambda text: text.encode("utf-16-be"), "utf-16be")],
)
def test_an_encoding_that_is_only_guessed_is_named_with_the_option_that_agrees(
    run: Run, tmp_path: Path, write: Callable[[str], bytes], name: str
) -> None:
    path = left(tmp_path, write(csv_of([dossier(1)]).decode("utf-8-sig")))
    refused = run(path, source="provincial-portal")
    assert refused.exit_code == 2
    assert f"--encoding {name}" in refused.stderr
    assert names() == set()
    result = run(path, "--encoding", name, source="provincial-portal")
    assert result.exit_code == 0, result.output
    assert names() == {"Trần Thị Ánh Nguyệt"}


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        pytest.param(
            csv_of([dossier(1)]), "tcvn3", "Tệp là UTF-8, không phải TCVN3", id="a file that says itself"
        ),
        pytest.param(vni(export()), "windows-1258", "", id="agreed to by whoever knows"),
        pytest.param(b"MaHoSo\n\xc0\xff", "tcvn3", "ký tự không thuộc bảng mã TCVN3", id="bytes it lacks"),
    ],
)
def test_an_encoding_that_cannot_be_is_refused(
    run: Run, tmp_path: Path, content: bytes, encoding: str, said: str
) -> None:
    result = run(left(tmp_path, content), "--encoding", encoding)
    assert result.exit_code == 2
    assert said in result.stderr
    assert names() == set()


def test_plain_letters_are_the_same_in_every_old_encoding(run: Run, tmp_path: Path) -> None:
    path = left(
        tmp_path, csv_of([dossier(1, ChuHoSo="An", TenTTHC="", TenLinhVuc="")]).removeprefix(b"\xef\xbb\xbf")
    )
    assert run(path, "--encoding", "vni", source="provincial-portal").exit_code == 0


def test_a_run_that_was_ended_goes_on_by_the_map_it_began_with(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pacing.fixed(monkeypatch, 2)
    path, as_it_is, batches = left(tmp_path, export(5).encode()), importstages.note_written, []

    def end(*given: object, **named: object) -> None:
        batches.append(given)
        if len(batches) == 2:
            raise importstages.Overtaken("ended")
        as_it_is(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(importstages, "note_written", end)
        assert run(path).exit_code == 2
    with database.transaction() as session:
        first = session.get_one(SourceColumns, 1)
        session.add(SourceColumns(
            source_id=first.source_id, version=2, encoding=first.encoding, dates=DateStyle.MONTH_FIRST,
            columns={"MaHoSo": "gone"}, fixed={}, words={}, made_at=first.made_at,
            made_by_id=first.made_by_id,
        ))  # fmt: skip
    result = run(path, "--format", "json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["accepted"], summary["went_on_from"]) == (5, 2)
    with database.reading() as session:
        assert imports.find_source(session, SOURCE).as_of is not None
