"""Text of old encodings is read piece by piece, wherever a piece happens to end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.oldencodings import cp1258, tcvn3, vni
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.spreadsheets import encodedtext
from tthc_tracker.spreadsheets.encodedtext import check, open_text
from tthc_tracker.spreadsheets.faults import UnusableFileError

TEXT = '[{"ChuHoSo": "NGUYỄN THỊ HƯỜNG"}, {"ChuHoSo": "Nguyễn Văn Đạt"}]'


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("encoding", "write"), [(Encoding.CP1258, cp1258), (Encoding.TCVN3, tcvn3), (Encoding.VNI, vni)]
)
def test_a_letter_and_its_mark_are_one_wherever_a_piece_ends(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encoding: Encoding,
    write: Callable[[str], bytes],
    size: int,
) -> None:
    monkeypatch.setattr(encodedtext, "_CHUNK", size)
    path = tmp_path / "tep.json"
    path.write_bytes(write(TEXT))
    check(path, encoding)
    with open_text(path, encoding) as file:
        pieces = list(iter(lambda: file.read(size), ""))
        assert "".join(pieces) == TEXT
        file.seek(0)
        assert file.readline() == TEXT


def test_a_mark_without_its_vowel_is_found_behind_the_end_of_a_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encodedtext, "_CHUNK", 4)
    path = tmp_path / "tep.csv"
    path.write_bytes("Nguyù".encode("latin-1") + "nù".encode("latin-1"))
    with pytest.raises(UnusableFileError, match="không thuộc bảng mã VNI"):
        check(path, Encoding.VNI)
