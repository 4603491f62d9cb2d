"""The text in the QR code of a citizen card, as a desk scanner types it (domain rule 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.people import IdWarning, Sex, id_mismatches, is_citizen_id, is_old_id

_LONGEST = 1000
_SEXES = {"nam": Sex.MALE, "nữ": Sex.FEMALE}


class CardWarning(StrEnum):
    """What cannot be read on a card: it is shown and never blocks."""

    OLD_ID_UNREADABLE = "old_id_unreadable"
    NAME_MISSING = "name_missing"
    BIRTH_DATE_UNREADABLE = "birth_date_unreadable"
    SEX_UNREADABLE = "sex_unreadable"
    ISSUE_DATE_UNREADABLE = "issue_date_unreadable"


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """What a card says; what it does not say is None or empty. Names keep their case, text is NFC."""

    number: str
    old_number: str | None
    full_name: str
    birth_on: date | None
    sex: Sex | None
    address: str
    issued_on: date | None
    warnings: tuple[CardWarning | IdWarning, ...]


def looks_like_card(text: str) -> bool:
    """True if the text begins as a card does: 12 digits, a bar, and at least four bars more."""
    fields = text.strip().split("|")
    return len(text) <= _LONGEST and len(fields) >= 6 and is_citizen_id(fields[0].strip())


def parse_card(text: str) -> CitizenCard | None:
    """The card whose QR text this is, or None if it is none.

    12-digit id|old 9-digit id|HỌ TÊN|ddMMyyyy|sex|address|ddMMyyyy. Field 2 and the dates may be empty,
    further fields are ignored, at least 6 are needed. Whatever disagrees or cannot be read is a warning.
    """
    if not looks_like_card(text):
        return None
    number, old_number, name, birth, sex, address, issue = ([_typed(f) for f in text.split("|")] + [""])[:7]
    birth_on, issued_on, known_sex = _date(birth), _date(issue), _SEXES.get(sex.lower())
    unreadable = {
        CardWarning.OLD_ID_UNREADABLE: bool(old_number) and not is_old_id(old_number),
        CardWarning.NAME_MISSING: not name,
        CardWarning.BIRTH_DATE_UNREADABLE: bool(birth) and birth_on is None,
        CardWarning.SEX_UNREADABLE: bool(sex) and known_sex is None,
        CardWarning.ISSUE_DATE_UNREADABLE: bool(issue) and issued_on is None,
    }
    found = tuple(warning for warning, stands in unreadable.items() if stands)
    return CitizenCard(
        number=number,
        old_number=old_number if is_old_id(old_number) else None,
        full_name=name,
        birth_on=birth_on,
        sex=known_sex,
        address=address,
        issued_on=issued_on,
        warnings=found + id_mismatches(number, birth_on, known_sex),
    )


def _typed(field: str) -> str:
    """A field without what a keyboard in between may have added: control characters and the like fall out."""
    typed = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in field)
    return clean(typed.replace("\ufffd", ""))


def _date(field: str) -> date | None:
    """A day written ddMMyyyy; None if it is empty or no day."""
    if len(field) != 8 or not (field.isascii() and field.isdigit()):
        return None
    try:
        return date(int(field[4:]), int(field[2:4]), int(field[:2]))
    except ValueError:
        return None
