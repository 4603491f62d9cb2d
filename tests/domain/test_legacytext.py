"""Text that an old encoding has spoiled is named by the encoding; good Vietnamese and foreign names pass."""

import pytest

from tthc_tracker.domain.legacytext import TCVN3, UTF8_TWICE, VIQR, VNI, spoiled_by

NAME = "Nguyễn Thị Bích Phượng"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("NguyÔn V¨n An", TCVN3),
        ("®Êt ®ai", TCVN3),
        ("Nguyeãn Vaên An", VNI),
        (NAME.encode().decode("cp1252", "replace").replace("\ufffd", "?"), UTF8_TWICE),
        ("Nguye^~n Thi. A'nh", VIQR),
    ],
    ids=["TCVN3", "đ of TCVN3", "VNI", "UTF-8 read as Windows-1252", "VIQR"],
)
def test_spoiled_text_is_named_by_what_spoiled_it(text: str, encoding: str) -> None:
    assert spoiled_by(text) == encoding


@pytest.mark.parametrize(
    "text",
    [
        NAME, "Đất đai, nhà ở", "Nguyen Van An", "x^2", "José Müller", "Ænima", "Å",
    ],
)  # fmt: skip
def test_what_looks_as_it_should_is_left_alone(text: str) -> None:
    assert spoiled_by(text) == ""
