"""Bytes of old encodings: guessed by their words, or said to be in doubt; never read as something else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.oldencodings import cp1258, tcvn3, tcvn3_letters, vni
from tthc_tracker.domain import legacyletters
from tthc_tracker.domain.encodings import (
    LEGACY,
    Encoding,
    decoded,
    guesses,
    is_spoiled,
    marked_words,
    strange_in,
)
from tthc_tracker.domain.syllables import is_syllable

SAMPLES = Path(__file__).parents[1] / "samples"
Write = Callable[[str], bytes]
WRITERS: dict[Encoding, Write] = {Encoding.CP1258: cp1258, Encoding.TCVN3: tcvn3, Encoding.VNI: vni}
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Lý",
]
MIDDLE = ["Văn", "Thị", "Đình", "Xuân", "Quốc", "Thuý", "Hữu", "Bích", "Ngọc", "Mỹ", "Đức", "Hoài", "Kiều"]
GIVEN = ["Phượng", "Ánh", "Yến", "Trường", "Nguyệt", "Vỹ", "Đạt", "Hường", "Quỳnh", "Ẩn", "Uyên", "Hoà", "Tí"]
NAMES = st.builds(
    " ".join, st.tuples(st.sampled_from(FAMILY), st.sampled_from(MIDDLE), st.sampled_from(GIVEN))
)
LETTERS = "".join(
    f"{letter}{letter.upper()}"
    for letter in "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
)


def read(written: bytes, encoding: Encoding) -> str:
    return decoded(written.decode(encoding.codec), encoding)


@pytest.mark.parametrize("encoding", sorted(LEGACY))
def test_every_vietnamese_letter_comes_back_from_every_encoding(encoding: Encoding) -> None:
    assert len(LETTERS) == 134
    for letter in LETTERS:
        back = read(WRITERS[encoding](letter), encoding)
        assert back.lower() == letter.lower()
        if encoding is not Encoding.TCVN3:  # which has no capital of a letter with a tone
            assert back == letter


@pytest.mark.parametrize("encoding", sorted(LEGACY))
@settings(max_examples=60)
@given(names=st.lists(NAMES, min_size=1, max_size=6))
def test_names_are_told_by_their_bytes_or_said_to_be_in_doubt(encoding: Encoding, names: list[str]) -> None:
    text = "\n".join(names)
    written = WRITERS[encoding](text)
    found = guesses([written])
    assert encoding in [guess.encoding for guess in found]
    if len(found) == 1:
        assert read(written, encoding).lower() == text.lower()


@pytest.mark.parametrize("encoding", sorted(LEGACY))
def test_a_whole_export_leaves_no_doubt(encoding: Encoding) -> None:
    text = (SAMPLES / "portal_export_vinhphuc.csv").read_text(encoding="utf-8-sig")
    found = guesses([WRITERS[encoding](text[:60_000])])
    assert [(guess.encoding, guess.share) for guess in found] == [(encoding, 1.0)]
    assert found[0].words
    assert all(is_syllable(word) for word in found[0].words)


@pytest.mark.parametrize("encoding", [Encoding.UTF16_LE, Encoding.UTF16_BE])
@pytest.mark.parametrize("text", ["MaHoSo,ChuHoSo\nH62,Trần Thị Ánh\n", "plain,letters\n"])
def test_two_bytes_a_sign_are_told_by_where_nothing_stands(encoding: Encoding, text: str) -> None:
    (found,) = guesses([text.encode(encoding.codec)])
    assert found.encoding is encoding
    assert read(text.encode(encoding.codec), encoding) == text


def test_bytes_that_are_words_in_two_encodings_are_in_doubt() -> None:
    assert [guess.encoding for guess in guesses([b"Tr\xe2n"])] == [Encoding.CP1258, Encoding.TCVN3]


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param("Nguyễn Văn Đạt\n".encode() + b"\xff", id="UTF-8 with a damaged byte"),
        pytest.param("Nguyễn Văn Đạt\n".encode() + tcvn3("Trần Thị"), id="two encodings in one file"),
        pytest.param("Müller, Gauß, Ærø".encode("cp1252"), id="a western text"),
        pytest.param(b"Ng\0uyen \xe1\xbb\x85 Van", id="a lost NUL"),
        pytest.param(bytes(range(128, 256)), id="noise"),
    ],
)
def test_where_nothing_speaks_for_any_none_is_guessed(sample: bytes) -> None:
    assert guesses([sample]) == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NGUYỄN THỊ HUẾ", "NGUYỄN THỊ HUẾ"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị ánh"),
        ("Lý Bé", "Lý Bé"),
        ("LÝ VĂN ẨN,Lý Văn Tí", "LÝ VĂN ẨN,Lý Văn Tí"),
        ("Mã TTHC,Số UBND", "Mã TTHC,Số UBND"),
        ("An,đất", "An,đất"),
    ],
)
def test_capitals_that_tcvn3_does_not_have_come_back_in_a_cell_of_capitals(written: str, meant: str) -> None:
    assert read(tcvn3(written), Encoding.TCVN3) == meant


def test_the_letters_of_tcvn3_are_those_of_iconv() -> None:
    for byte, letter in tcvn3_letters().items():
        assert legacyletters.from_tcvn3(bytes([byte]).decode("cp1252")) == letter


@pytest.mark.parametrize(
    ("shown", "encoding", "strange"),
    [
        ("Nguyeãn “An” – 2", Encoding.VNI, ""),
        ("ùa", Encoding.VNI, "ù"),
        ("iù", Encoding.VNI, "ù"),
        ("oê", Encoding.VNI, "ê"),
        ("öôùng ÑAÁT", Encoding.VNI, ""),
        ("yþ", Encoding.VNI, "þ"),
        ("NguyÔn “An”", Encoding.TCVN3, ""),
        ("ÀÔ", Encoding.TCVN3, "À"),
        ("a\0b", Encoding.UTF16_LE, "\0"),
        ("Nguyên", Encoding.CP1258, ""),
    ],
)
def test_a_sign_that_an_encoding_does_not_have_is_found(shown: str, encoding: Encoding, strange: str) -> None:
    assert strange_in(shown, encoding) == strange


@pytest.mark.parametrize(
    ("text", "spoiled"),
    [("Nguyễn Văn An", False), ("An", False), ("Nguyeón Vaờn An", True), ("– An", False)],
    ids=["Vietnamese", "plain letters", "VNI read as TCVN3", "a sign that is no word"],
)
def test_a_row_of_yet_another_encoding_is_seen(text: str, spoiled: bool) -> None:
    assert is_spoiled(text) is spoiled


@pytest.mark.parametrize(
    ("word", "holds"),
    [
        ("nghiêng", True), ("Quỳnh", True), ("gì", True), ("giếng", True), ("hòa", True), ("hoà", True),
        ("Uyên", True), ("khuỷu", True), ("các", True), ("cac", False), ("tạc", True), ("tàc", False),
        ("ngườì", False), ("nguyÔn".lower(), False), ("Đ", False), ("", False), ("V¨n", False),
    ],
)  # fmt: skip
def test_a_syllable_is_an_onset_a_rime_and_a_tone_that_may_stand_on_it(word: str, holds: bool) -> None:
    assert is_syllable(word) is holds


def test_every_marked_word_of_the_samples_is_a_syllable() -> None:
    for name in ("portal_export_vinhphuc.csv", "procedures.csv", "agencies_vinhphuc.csv"):
        text = (SAMPLES / name).read_text(encoding="utf-8-sig")
        assert [word for word in marked_words(text) if not is_syllable(word)] == []
