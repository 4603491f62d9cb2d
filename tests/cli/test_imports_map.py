"""`flask imports map`: a source with columns of its own is prepared without the screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.cli.test_mapped_imports import export
from tests.support.sending import open_province

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

SOURCE = "ministry-land"
FIXED = ("--fixed", "KenhThucHien=1", "--fixed", "DonViXuLy=H62.02")
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    open_province()
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["imports", *map(str, words), "--source", SOURCE])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dem.csv"
    path.write_text(export(), encoding="utf-8")
    return path


def test_a_map_is_guessed_printed_completed_kept_and_read_by(run: Run, file: Path) -> None:
    assert "chưa có cách đọc" in run("map").stdout
    guessed = run("map", file)
    assert guessed.exit_code == 1
    assert "KenhThucHien" in guessed.stderr, "what every row needs and no column has"
    assert "Họ và tên\tChủ hồ sơ (ChuHoSo)\ttheo tên cột" in guessed.stdout
    assert "Nguyệt" not in guessed.stdout
    assert "chưa có cách đọc" in run("map").stdout, "printed only"
    saved = run("map", file, *FIXED, "--save", "controller@example.invalid")
    assert saved.exit_code == 0, saved.output
    said = run("map").stdout
    for line in ("Bản 1", "Số biên nhận\tMã hồ sơ (MaHoSo)", "«dang giai quyet»\tTrạng thái\t4"):
        assert line in said, line
    assert "Nhận mới: 3" in run("run", file).stdout


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--column", "MaHoSo=Không có"), "Tệp không có cột"),
        (("--column", "Ma=Số biên nhận"), "cần viết"),
        (("--word", "TrangThaiHoSo=4"), "cần viết"),
        ((*FIXED, "--save", "ai-do"), "Không có tài khoản"),
        ((*FIXED, "--save", "clerk@example.invalid"), "không nhập dữ liệu cho mọi cơ quan"),
    ],
    ids=["no such column", "no such field", "no word", "nobody", "somebody who imports nothing"],
)
def test_what_cannot_be_kept_says_why(run: Run, file: Path, more: tuple[str, ...], told: str) -> None:
    refused = run("map", file, *more)
    assert refused.exit_code != 0
    assert told in refused.output
    assert "chưa có cách đọc" in run("map").stdout
