"""The QR text of a citizen card is recognised and read; what is odd warns and never blocks."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.citizencard import CardWarning, looks_like_card, parse_card
from tthc_tracker.domain.people import IdWarning, Sex

CARD = "044093001234|194123456|NGUYỄN VĂN AN|17051993|Nam|Thôn 1, Lệ Ninh, Quảng Trị|02012022"


def test_a_whole_card_is_read() -> None:
    card = parse_card(CARD)
    assert card is not None
    assert card.number == "044093001234"
    assert card.old_number == "194123456"
    assert card.full_name == "NGUYỄN VĂN AN"
    assert card.birth_on == dt.date(1993, 5, 17)
    assert card.sex is Sex.MALE
    assert card.address == "Thôn 1, Lệ Ninh, Quảng Trị"
    assert card.issued_on == dt.date(2022, 1, 2)
    assert card.warnings == ()


def test_empty_fields_and_further_fields_are_no_fault() -> None:
    card = parse_card("044093001234||LÊ THỊ B|||Quảng Trị||cha|mẹ|x\r\n")
    assert card is not None
    assert (card.old_number, card.birth_on, card.sex, card.issued_on) == (None, None, None, None)
    assert card.warnings == ()


def test_six_fields_are_enough() -> None:
    card = parse_card("044193001234||LÊ THỊ B|01011993|Nữ|Quảng Trị")
    assert card is not None
    assert (card.sex, card.issued_on, card.warnings) == (Sex.FEMALE, None, ())


def test_a_decomposed_card_is_composed() -> None:
    card = parse_card(unicodedata.normalize("NFD", CARD.replace("Nam", "Nữ")))
    assert card is not None
    assert card.full_name == "NGUYỄN VĂN AN"
    assert card.sex is Sex.FEMALE
    assert card.warnings == (IdWarning.SEX_MISMATCH,)


def test_control_characters_of_a_scanner_fall_out() -> None:
    card = parse_card("044093001234|\x1d|NGUYỄN\x07 VĂN\u202e AN|17051993|Nam|Quảng\tTrị\ufffd|02012022\r")
    assert card is not None
    assert (card.full_name, card.address) == ("NGUYỄN VĂN AN", "Quảng Trị")


NO_CARDS = {
    "five fields": "044093001234||NGUYỄN VĂN AN|17051993|Nam",
    "an old number in front": "194123456||NGUYỄN VĂN AN|17051993|Nam|Quảng Trị",
    "full-width digits": "０44093001234||A|17051993|Nam|x",
    "a dossier code": "H50.01-261123-0001",
    "an address with bars": "https://x/?a=1|2|3|4|5|6",
    "nothing": "",
    "four kilobytes": "044093001234||" + "A" * 4096 + "|17051993|Nam|x",
}


@pytest.mark.parametrize("text", NO_CARDS.values(), ids=NO_CARDS)
def test_other_text_is_no_card(text: str) -> None:
    assert not looks_like_card(text)
    assert parse_card(text) is None


ODD = {
    "an old number of eight digits": (1, "19412345", CardWarning.OLD_ID_UNREADABLE),
    "no name": (2, " ", CardWarning.NAME_MISSING),
    "a day that does not exist": (3, "31021993", CardWarning.BIRTH_DATE_UNREADABLE),
    "a date with bars of its own": (3, "17/05/1993", CardWarning.BIRTH_DATE_UNREADABLE),
    "a date in letters": (3, "17051993"[:-1] + "x", CardWarning.BIRTH_DATE_UNREADABLE),
    "a sex that is none": (4, "M", CardWarning.SEX_UNREADABLE),
    "an issue date of seven digits": (6, "2012022", CardWarning.ISSUE_DATE_UNREADABLE),
    "another birth year": (3, "17051994", IdWarning.BIRTH_YEAR_MISMATCH),
    "another century": (3, "17052093", IdWarning.CENTURY_MISMATCH),
    "another sex": (4, "Nữ", IdWarning.SEX_MISMATCH),
}


@pytest.mark.parametrize(("place", "text", "warning"), ODD.values(), ids=ODD)
def test_what_is_odd_warns_and_does_not_block(
    place: int, text: str, warning: CardWarning | IdWarning
) -> None:
    fields = CARD.split("|")
    fields[place] = text
    card = parse_card("|".join(fields))
    assert card is not None
    assert card.warnings == (warning,)


@given(st.lists(st.text(max_size=30), min_size=5, max_size=9))
def test_whatever_follows_the_number_a_card_is_read(fields: list[str]) -> None:
    text = "|".join(["044093001234", *fields])
    assert parse_card(text) is not None
