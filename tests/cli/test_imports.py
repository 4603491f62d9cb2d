"""`flask imports run`: what it says, what it leaves beside the file, and how it ends."""

import csv
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from xlsxwriter import Workbook

from tests.support import pacing
from tests.support.desk import SAMPLES
from tests.support.moments import at
from tthc_tracker import clock, engine
from tthc_tracker.extensions import Database, database
from tthc_tracker.jobs import work
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.person import Person
from tthc_tracker.services import catalogue, importstages
from tthc_tracker.wording import importing

HEAD = "MaHoSo,MaTTHC,KenhThucHien,ChuHoSo,TrangThaiHoSo,NgayTiepNhan,NgayHenTra,DonViXuLy"
SOURCE = "provincial-portal"
MESSY = SAMPLES / "portal_export_messy.csv"

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """The command, on a database with the sample's agencies."""
    with database.transaction() as session:
        now = at("Mon 2026-11-23 08:00")
        catalogue.seed_reference(session, now)
        for kind, name in (("agencies", "agencies_vinhphuc.csv"), ("procedures", "procedures.csv")):
            text = (SAMPLES / name).read_text(encoding="utf-8-sig")
            catalogue.LOADERS[kind](session, text, actor_id=None, now=now)
    runner = app.test_cli_runner()
    return lambda path, *more: runner.invoke(args=["imports", "run", str(path), "--source", SOURCE, *more])


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """The messy sample, where a file may be left beside it."""
    path = tmp_path / "xuat.csv"
    path.write_bytes(MESSY.read_bytes())
    return path


def rows_stored() -> tuple[int, int, int]:
    with database.reading() as session:
        counted = [select(func.count()).select_from(table) for table in (Dossier, Person, ImportBatch)]
        dossiers, people, batches = (session.execute(one).scalar_one() for one in counted)
    return dossiers, people, batches


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["to write", "to look"])
def test_what_is_received_here_comes_in_no_file(run: Run, messy: Path, more: tuple[str, ...]) -> None:
    result = run(messy, "--source", "desk", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("Nguồn «desk»: Hồ sơ của nguồn này được tiếp nhận tại đây, không nạp từ tệp.\n")
    assert rows_stored() == (0, 0, 0)
    assert not messy.with_name("xuat.loi.csv").exists()


def test_a_file_is_loaded_and_its_faults_lie_beside_it(run: Run, messy: Path) -> None:
    result = run(messy)
    assert result.exit_code == 0, result.output
    expected = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))
    for words in (f"Số dòng: {expected['rows']}", f"Từ chối: {expected['refused']}", "xuat.loi.csv"):
        assert words in result.stdout
    text = (messy.parent / "xuat.loi.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    with messy.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    assert list(rows[0]) == [*given[0], "dong", "ma_loi", "ly_do"]
    refused = {row["row"] for row in expected["by_row"] if row["verdict"] == "refused"}
    assert {int(row["dong"]) for row in rows if row["ly_do"].startswith("Từ chối")} == refused
    warned = {row["row"] for row in expected["by_row"] if row["verdict"] == "accepted with warning"}
    assert {int(row["dong"]) for row in rows if row["ly_do"].startswith("Nhận")} == warned
    assert all(row["ly_do"].endswith(".") for row in rows)
    for row in rows:
        as_given = given[int(row["dong"]) - 2]
        assert {name: row[name].removeprefix("'") for name in as_given} == {
            name: value.removeprefix("'") for name, value in as_given.items()
        }


class _PowerCut(BaseException):
    """Ends a run where it stands."""


def test_a_run_that_was_ended_twice_goes_on_where_its_last_whole_batch_ended(
    run: Run, messy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))
    pacing.fixed(monkeypatch, expected["rows"] // 7)
    note, noted = importstages.note_written, list[int]()

    def cut(*given: Any, **more: Any) -> None:
        if len(noted) in {2, 4}:
            noted.append(0)
            raise _PowerCut  # the batch of this transaction is lost, what was said of it stands in the file
        noted.append(1)
        note(*given, **more)

    monkeypatch.setattr(importstages, "note_written", cut)
    for _ in range(2):
        with pytest.raises(_PowerCut):
            run(messy)
    again = json.loads(run(messy, "--format", "json").stdout)
    counted = ("rows", "accepted", "identical_repeats", "refused", "warnings")
    assert {name: again[name] for name in counted} == {name: expected[name] for name in counted}
    assert again["went_on_from"] == 3 * (expected["rows"] // 7)
    dossiers, _, batches = rows_stored()
    assert (dossiers, batches) == (expected["accepted"], 1)
    with messy.with_name("xuat.loi.csv").open(encoding="utf-8-sig", newline="") as file:
        numbers = [int(row["dong"]) for row in csv.DictReader(file)]
    faulty = [
        row["row"] for row in expected["by_row"] if row["verdict"] in {"refused", "accepted with warning"}
    ]
    assert numbers == faulty

    # Read in once more it is another file: nothing new, and said so.
    fresh = json.loads(run(messy, "--format", "json").stdout)
    assert (fresh["accepted"], rows_stored()[2]) == (0, 2)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_run_that_others_kept_waiting_says_that_the_same_command_goes_on(
    run: Run, messy: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0)
    monkeypatch.setattr(work, "PATIENCE", 0)
    other = Database()
    other.bind(database_url)
    with other.transaction():
        kept_waiting = run(messy)
    other.dispose()
    assert (kept_waiting.exit_code, kept_waiting.stderr.strip()) == (2, importing.OTHERS_WRITE)
    assert run(messy).exit_code == 0


def test_the_file_of_faults_put_right_is_read_in_again(run: Run, messy: Path, tmp_path: Path) -> None:
    run(messy)
    again = json.loads(run(tmp_path / "xuat.loi.csv", "--format", "json").stdout)
    expected = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))
    assert (again["accepted"], again["refused"]) == (0, expected["refused"])
    assert again["unchanged"] == expected["warnings"]


def test_the_file_of_faults_is_its_owners_alone(run: Run, messy: Path, tmp_path: Path) -> None:
    beside, asked = tmp_path / "xuat.loi.csv", tmp_path / "loi.csv"
    for lay_open in (beside, asked):
        lay_open.touch()
        lay_open.chmod(0o644)
    run(messy)
    run(messy, "--errors", str(asked))
    assert [one.stat().st_mode & 0o777 for one in (beside, asked)] == [0o600, 0o600]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("x," * 3 + "a" * 131_073 + ",4", "long_cell", id="a cell without end"),
        pytest.param('H62.1,x,1,"Trần Văn An,4,,,H62', "broken_row", id="a quote that nobody closed"),
        pytest.param("H62.1,1.012784,1,Trần, An,4,20210601080000,20210610080000,H62", "surplus_cells",
                     id="a comma within a name"),
    ],
)  # fmt: skip
def test_a_row_that_no_csv_holds_is_refused_alone_and_the_rest_is_taken(
    run: Run, tmp_path: Path, row: str, reason: str
) -> None:
    good = "H62.01-210601-000{},1.012784,1,Trần Văn An,4,20210601080000,20210610080000,H62.02"
    path = tmp_path / "tep.csv"
    path.write_text("\n".join([HEAD, good.format(1), row, good.format(2), good.format(3)]), encoding="utf-8")
    answer = json.loads(run(path, "--format", "json").stdout)
    assert (answer["rows"], answer["accepted"], answer["refused"]) == (4, 3, 1)
    assert [(row["row"], row["reason"]) for row in answer["by_row"] if row["verdict"] == "refused"] == [
        (3, reason)
    ]
    assert rows_stored()[0] == 3


def test_a_dry_run_judges_the_same_and_writes_nothing(run: Run, messy: Path) -> None:
    before = rows_stored()
    dry = json.loads(run(messy, "--dry-run", "--format", "json").stdout)
    assert rows_stored() == before == (0, 0, 0)
    wet = json.loads(run(messy, "--format", "json").stdout)
    assert dry == wet
    assert wet["forecast"].keys() == {"until", "dossiers"}
    assert rows_stored()[0] > 0


def test_a_dry_run_foretells_what_the_real_one_does(run: Run, tmp_path: Path) -> None:
    """What is new and what the file moves counts in both as it will stand."""
    today = clock.now().date()
    soon, later = today + dt.timedelta(days=1), today + dt.timedelta(days=60)
    path = tmp_path / "xuat.csv"

    def said(*due: dt.date) -> tuple[int, int]:
        row = "H62.01-260601-000{},1.012784,1,Trần Văn An,4,20260601080000,{:%Y%m%d}100000,H62.02"
        lines = [row.format(number, day) for number, day in enumerate(due, start=1)]
        path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
        dry, wet = (json.loads(run(path, *more, "--format", "json").stdout) for more in (["--dry-run"], []))
        assert dry == wet
        return wet["forecast"]["dossiers"], wet["updated"]

    assert said(soon, later, today, today - dt.timedelta(days=9)) == (2, 0)
    assert said(later, soon, later, today) == (2, 4)


def test_json_names_the_counts_and_every_row(run: Run, messy: Path) -> None:
    answer = json.loads(run(messy, "--format", "json", "--errors", str(messy.parent / "khac.csv")).stdout)
    assert {"rows", "accepted", "updated", "unchanged", "identical_repeats", "refused", "warnings",
            "by_row", "errors_file"} <= set(answer)  # fmt: skip
    assert answer["errors_file"] == str(messy.parent / "khac.csv")
    assert len(answer["by_row"]) == answer["rows"]
    assert set(answer["by_row"][0]) == {"row", "MaHoSo", "verdict", "reason", "why"}
    told = [row["why"] for row in answer["by_row"] if row["verdict"] == "refused"]
    assert told
    assert all(re.match(r"[A-Za-z]+: ", why) for why in told), "which field is meant"
    assert not (messy.parent / "xuat.loi.csv").exists()


def as_json(rows: list[list[str]], path: Path) -> None:
    head, *cells = rows
    path.write_text(json.dumps([dict(zip(head, row, strict=True)) for row in cells]), encoding="utf-8")


def as_workbook(rows: list[list[str]], path: Path) -> None:
    with Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                sheet.write_string(number, at, cell)


@pytest.mark.parametrize("write", [as_json, as_workbook], ids=["JSON", "a workbook"])
def test_the_same_rows_get_the_same_verdicts_however_they_come(
    run: Run, messy: Path, tmp_path: Path, write: Callable[[list[list[str]], Path], None]
) -> None:
    with messy.open(encoding="utf-8-sig", newline="") as file:
        write(list(csv.reader(file)), tmp_path / "tep.dat")
    dry = json.loads(run(messy, "--dry-run", "--format", "json").stdout)
    wet = json.loads(run(tmp_path / "tep.dat", "--format", "json").stdout)

    def verdicts(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [(row["MaHoSo"], row["verdict"], row["reason"]) for row in answer["by_row"]]

    assert verdicts(wet) == verdicts(dry)
    assert {name: wet[name] for name in ("rows", "accepted", "refused", "warnings")} == {
        name: dry[name] for name in ("rows", "accepted", "refused", "warnings")
    }
    assert rows_stored()[0] == wet["accepted"]
    again = json.loads(run(messy, "--format", "json").stdout)
    assert (again["accepted"], again["unchanged"]) == (0, wet["accepted"]), "known again as a CSV"


def test_a_file_of_refused_rows_only_was_processed_all_the_same(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hong.csv"
    path.write_text(f"{HEAD}\nkhông phải mã,x,9,,99,,,\n", encoding="utf-8")
    result = run(path, "--format", "json")
    assert result.exit_code == 0
    assert (json.loads(result.stdout)["refused"], rows_stored()[0]) == (1, 0)


def test_a_head_without_rows_is_an_export_of_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dau.csv"
    path.write_text(HEAD + "\n", encoding="utf-8")
    result = run(path, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["rows"]) == (0, 0)


UNUSABLE: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "trống"),
    "a file of blanks": (b" \r\n\n", "trống"),
    "UTF-16 without its mark": (f"{HEAD}\n".encode("utf-16-le"), "--encoding utf-16le"),
    "a code page of old": (f"{HEAD}\na,b,1,Trần Đ\n".encode("cp1258", "replace"), "UTF-8"),
    "a spreadsheet cut off": (b"PK\x03\x04\x14\x00\x06\x00", "hỏng hoặc bị cắt"),
    "missing columns": (b"MaHoSo,ChuHoSo\nx,y\n", "thiếu cột"),
    "no head at all": (b"a;b;c\n1;2;3\n", "thiếu cột"),
    "a binary of nothing known": (bytes(range(128, 256)) * 50, "UTF-8"),
    "bad bytes far down": (f"{HEAD}\n".encode() + b"H62.02-210802-0935,x,1\n" * 3000 + b"\xff\n", "UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_is_no_export_is_refused_with_one_line_and_nothing_is_written(
    run: Run, tmp_path: Path, case: str
) -> None:
    content, said = UNUSABLE[case]
    path = tmp_path / "tep.csv"
    path.write_bytes(content)
    result = run(path)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""
    assert rows_stored() == (0, 0, 0)


def test_a_folder_a_missing_file_and_an_unknown_source_are_refused(run: Run, messy: Path) -> None:
    assert run(messy.parent).exit_code == 2
    missing = run(messy.parent / "khong-co.csv")
    assert (missing.exit_code, "Không mở được tệp" in missing.stderr) == (2, True)
    unknown = run(messy, "--source", "nowhere")
    assert (unknown.exit_code, unknown.stderr.strip()) == (2, "Không có nguồn «nowhere».")
    beside = run(messy, "--errors", str(messy.parent / "khong" / "co.csv"))
    assert beside.exit_code == 2
    assert rows_stored() == (0, 0, 0)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_where_no_file_can_be_left_beside_the_faults_lie_under_var(run: Run, messy: Path, app: Flask) -> None:
    (messy.parent / "xuat.loi.csv").mkdir()  # nothing can be written there, whoever runs this
    result = run(messy, "--format", "json")
    assert result.exit_code == 0, result.output
    left = Path(json.loads(result.stdout)["errors_file"])
    assert left.is_relative_to(app.config["SETTINGS"].var)
    assert left.read_text(encoding="utf-8-sig").startswith("MaHoSo,")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_faults_never_overwrite_the_export_itself(run: Run, messy: Path) -> None:
    result = run(messy, "--errors", str(messy))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert messy.read_bytes() == MESSY.read_bytes()
    assert rows_stored() == (0, 0, 0)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_full_list_says_what_is_no_longer_seen_and_what_it_would_be_too_much_to_believe(
    run: Run, app: Flask, tmp_path: Path
) -> None:
    with (SAMPLES / "portal_export_vinhphuc.csv").open(encoding="utf-8-sig", newline="") as file:
        at_work = [row for row in csv.DictReader(file) if row["TrangThaiHoSo"] == "4"][:10]
    paths = [tmp_path / f"{name}.csv" for name in ("all", "most", "few")]
    for path, many in zip(paths, (10, 9, 5), strict=True):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, at_work[0])
            writer.writeheader()
            writer.writerows(at_work[:many])
    assert "Nhận mới: 10" in run(paths[0], "--full").output
    assert "chưa đánh dấu hồ sơ nào" in run(paths[2], "--full").output
    declared = app.test_cli_runner().invoke(args=["imports", "source", SOURCE, "--sends", "full"])
    assert "danh sách đầy đủ" in declared.output
    assert "Không còn thấy ở nguồn: 1 hồ sơ" in run(paths[1]).output
    assert "Không còn thấy ở nguồn: 5 hồ sơ" in run(paths[2], "--sure").output
