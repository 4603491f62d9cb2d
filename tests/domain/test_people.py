"""Identity numbers are read without guessing, and lists show people masked."""

import datetime as dt

import pytest

from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.people import (
    IdWarning,
    Sex,
    id_mismatches,
    is_citizen_id,
    is_old_id,
    listed_name,
    mask_id,
    mask_name,
    mask_phone,
    read_id,
)

READINGS = {
    "twelve digits are a citizen's number": ("044093001234", "044093001234", ()),
    "blanks and dots between digits fall out": ("044 093.001 234", "044093001234", ()),
    "an apostrophe of a spreadsheet falls out": ("'044093001234", "044093001234", ()),
    "nine digits are the old number": ("194123456", "194123456", ()),
    "ten digits are a tax code": ("3100123456", "3100123456", ()),
    "a branch's tax code keeps its dash": ("3100123456-001", "3100123456-001", ()),
    "no number is no fault": ("  ", "", ()),
    "eleven digits have lost a zero and stay": ("26093001234", "26093001234", (IdWarning.LEADING_ZERO_LOST,)),
    "a power of ten is past saving": ("2.6093E+10", "", (IdWarning.SPREADSHEET_DAMAGE,)),
    "a power of ten with a comma likewise": ("2,6093e10", "", (IdWarning.SPREADSHEET_DAMAGE,)),
    "a passport is kept and flagged": ("B1234567", "B1234567", (IdWarning.UNKNOWN_FORM,)),
    "full-width digits are not digits": ("０44093001234", "０44093001234", (IdWarning.UNKNOWN_FORM,)),
    "eleven characters with a letter are kept": ("0440930012A", "0440930012A", (IdWarning.UNKNOWN_FORM,)),
}


@pytest.mark.parametrize(("text", "number", "warnings"), READINGS.values(), ids=READINGS)
def test_an_identity_number_is_read(text: str, number: str, warnings: tuple[IdWarning, ...]) -> None:
    reading = read_id(text)
    assert (reading.number, reading.warnings) == (number, warnings)


def test_a_line_end_is_no_part_of_a_number() -> None:
    assert not is_citizen_id("044093001234\n")
    assert not is_old_id("194123456\n")


MAN_OF_1993 = "044093001234"
WOMAN_OF_2005 = "044305001234"
BORN_1993 = dt.date(1993, 5, 17)
BORN_2005 = dt.date(2005, 1, 2)

MISMATCHES = {
    "a man of 1993 agrees": (MAN_OF_1993, BORN_1993, Sex.MALE, ()),
    "a woman of 2005 agrees": (WOMAN_OF_2005, BORN_2005, Sex.FEMALE, ()),
    "another sex": (MAN_OF_1993, BORN_1993, Sex.FEMALE, (IdWarning.SEX_MISMATCH,)),
    "the other way round": (WOMAN_OF_2005, BORN_2005, Sex.MALE, (IdWarning.SEX_MISMATCH,)),
    "another century": (MAN_OF_1993, dt.date(2093, 1, 1), Sex.MALE, (IdWarning.CENTURY_MISMATCH,)),
    "another year": (MAN_OF_1993, dt.date(1994, 1, 1), Sex.MALE, (IdWarning.BIRTH_YEAR_MISMATCH,)),
    "all at once": (
        WOMAN_OF_2005,
        BORN_1993,
        Sex.MALE,
        (IdWarning.CENTURY_MISMATCH, IdWarning.BIRTH_YEAR_MISMATCH, IdWarning.SEX_MISMATCH),
    ),
    "nothing known cannot disagree": (MAN_OF_1993, None, None, ()),
    "an old number says nothing": ("194123456", BORN_1993, Sex.FEMALE, ()),
}


@pytest.mark.parametrize(("number", "birth_on", "sex", "warnings"), MISMATCHES.values(), ids=MISMATCHES)
def test_the_twelve_digits_are_compared(
    number: str, birth_on: dt.date | None, sex: Sex | None, warnings: tuple[IdWarning, ...]
) -> None:
    assert id_mismatches(number, birth_on, sex) == warnings


MASKS = {
    "a citizen's number": (mask_id, "044093001234", "044…1234"),
    "an old number": (mask_id, "194123456", "…3456"),
    "a short number": (mask_id, "B123", "…"),
    "no number": (mask_id, "", ""),
    "a telephone": (mask_phone, "0912345678", "091…678"),
    "a short telephone": (mask_phone, "113", "…"),
    "no telephone": (mask_phone, "", ""),
    "three words": (mask_name, "Nguyễn Văn An", "Nguyễn V. A."),
    "capitals": (mask_name, "ĐỖ  ĐÌNH PHÚC", "ĐỖ Đ. P."),
    "one word": (mask_name, "An", "A."),
    "signs are no initials": (mask_name, "<b>Phạm</b> & Sons", "<b>Phạm</b> S."),
    "no name": (mask_name, " ", ""),
}


@pytest.mark.parametrize("kind", ApplicantKind)
def test_lists_show_organisations_whole(kind: ApplicantKind) -> None:
    shown = "Công T. T. B. M." if kind is ApplicantKind.CITIZEN else "Công ty TNHH Bình Minh"
    assert listed_name("Công ty TNHH Bình Minh", kind) == shown


@pytest.mark.parametrize(("mask", "text", "shown"), MASKS.values(), ids=MASKS)
def test_lists_show_people_masked(mask: object, text: str, shown: str) -> None:
    assert callable(mask)
    assert mask(text) == shown
