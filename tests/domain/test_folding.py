"""Text is kept in one clean form and searched by one key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.folding import clean, clean_phone, digits, fold

KEPT = {
    "a decomposed name is composed": (unicodedata.normalize("NFD", "Nguyễn Thị Hòa"), "Nguyễn Thị Hòa"),
    "blanks and no-break spaces become one blank": ("  nguyễn \u00a0 VĂN\tan\r\n", "nguyễn VĂN an"),
    "zero-width characters and soft hyphens fall out": ("Lê\u200b \ufeffThị\u00ad", "Lê Thị"),
    "a mark behind a zero-width character is composed": ("e\u200d\u0302", "ê"),
    "case and marks are kept": ("ĐỖ Văn Hiếu", "ĐỖ Văn Hiếu"),
    "what a spreadsheet would run is text": ('=HYPERLINK("x")', '=HYPERLINK("x")'),
    "nothing stays nothing": (" \u00a0 ", ""),
}

REFUSED = {
    "a control character": ("Nguy\x07n", "\x07"),
    "a control character of the second set": ("Nguy\x85\x80n", "\x85"),
    "a right-to-left override": ("An\u202ecod", "\u202e"),
    "a direction isolate": ("\u2066An", "\u2066"),
    "a character that could not be decoded": ("Nguy\ufffdn", "\ufffd"),
    "half a surrogate pair": ("An\ud800", "\ud800"),
}


@pytest.mark.parametrize(("given_text", "kept"), KEPT.values(), ids=KEPT)
def test_text_is_kept_clean(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@pytest.mark.parametrize(("given_text", "character"), REFUSED.values(), ids=REFUSED)
def test_text_that_nobody_typed_is_refused(given_text: str, character: str) -> None:
    with pytest.raises(UncleanText) as refusal:
        clean(given_text)
    assert refusal.value.character == character


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except UncleanText:
        return
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


FOLDED = {
    "marks, case and đ fall away": ("Nguyễn ĐẶNG Thị Hoà", "nguyen dang thi hoa"),
    "both ways to place a tone give one key": ("hoà", fold("hòa")),
    "plain text only loses its case and blanks": ("  Tran   VAN An ", "tran van an"),
    "the eth of old fonts is a đ": ("Ðỗ", "do"),
    "full-width letters and digits are plain ones": ("Ｈ５６", "h56"),
    "zero-width characters fall out": ("Lê\u200bna", "lena"),
}


@pytest.mark.parametrize(("text", "key"), FOLDED.values(), ids=FOLDED)
def test_the_search_key(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâeêioôơuưyđAĂÂĐbcd ̣̀́̉̃̂"))
def test_the_key_does_not_depend_on_how_marks_are_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


def test_digits_are_taken_from_any_writing() -> None:
    assert digits("Số: ０9.12-3x") == "09123"


PHONES = {
    "dots, blanks and an apostrophe fall out": ("'0912 345.678", "0912345678"),
    "the country code becomes a zero": ("+84 912 345 678", "0912345678"),
    "the country code of a fixed line likewise": ("84 232 3822 123", "02323822123"),
    "a number that begins with 84 and is short enough is one": ("0845678901", "0845678901"),
    "a lost zero is not invented": ("912345678", "912345678"),
    "too short is none": ("113", None),
    "too long is none": ("091234567890123", None),
    "no digits is none": ("không có", None),
}


@pytest.mark.parametrize(("text", "number"), PHONES.values(), ids=PHONES)
def test_a_telephone_number(text: str, number: str | None) -> None:
    assert clean_phone(text) == number
