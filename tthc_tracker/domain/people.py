"""Names, identity numbers and telephones: what was typed, what is wrong with it, and how lists mask it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from tthc_tracker.domain.folding import digits
from tthc_tracker.domain.lifecycle import ApplicantKind

ELLIPSIS = "…"


class Sex(StrEnum):
    """As the citizen card has it."""

    MALE = "male"
    FEMALE = "female"


class IdWarning(StrEnum):
    """What looks wrong with an identity number: it is shown and never blocks."""

    CENTURY_MISMATCH = "century_mismatch"
    BIRTH_YEAR_MISMATCH = "birth_year_mismatch"
    SEX_MISMATCH = "sex_mismatch"
    LEADING_ZERO_LOST = "leading_zero_lost"
    SPREADSHEET_DAMAGE = "spreadsheet_damage"
    UNKNOWN_FORM = "unknown_form"


_CITIZEN_ID = re.compile(r"\A[0-9]{12}\Z")
_OLD_ID = re.compile(r"\A[0-9]{9}\Z")
_TAX_CODE = re.compile(r"\A[0-9]{10}(-?[0-9]{3})?\Z")
_POWER_OF_TEN = re.compile(r"\A[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+\Z")


def is_citizen_id(text: str) -> bool:
    """True for 12 digits (số định danh cá nhân, căn cước)."""
    return _CITIZEN_ID.match(text) is not None


def is_old_id(text: str) -> bool:
    """True for 9 digits (chứng minh nhân dân)."""
    return _OLD_ID.match(text) is not None


def is_plain_number(text: str) -> bool:
    """True for what `read_id` keeps as it is without a word: 9, 10, 12 or 13 digits and nothing else."""
    return len(text) in {9, 10, 12, 13} and text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class IdReading:
    """An identity number as it may be kept, and what is to be said about it."""

    number: str
    warnings: tuple[IdWarning, ...] = ()


def read_id(text: str) -> IdReading:
    """The number that a form or a file gives, blanks, dots and an apostrophe aside.

    12 or 9 digits and tax codes are as they should be. 11 digits have lost a leading zero and are kept as
    typed; 2.6093E+10 is past saving and left empty; anything else is kept as typed. Nothing is guessed.
    """
    typed = text.strip().lstrip("'").strip()
    if not typed:
        return IdReading("")
    if _POWER_OF_TEN.match(typed):
        return IdReading("", (IdWarning.SPREADSHEET_DAMAGE,))
    packed = re.sub(r"[\s.]", "", typed)
    if is_citizen_id(packed) or is_old_id(packed) or _TAX_CODE.match(packed):
        return IdReading(packed)
    if len(packed) == 11 and digits(packed) == packed:
        return IdReading(packed, (IdWarning.LEADING_ZERO_LOST,))
    return IdReading(typed, (IdWarning.UNKNOWN_FORM,))


def id_mismatches(number: str, birth_on: date | None, sex: Sex | None) -> tuple[IdWarning, ...]:
    """Where the 12 digits disagree with birth date and sex: 3 province, 1 century and sex, 2 year, 6 random.

    The fourth digit is even for men, odd for women, 0 and 1 for 19xx, 2 and 3 for 20xx, and so on. What is
    not known, or not 12 digits, cannot disagree.
    """
    if not is_citizen_id(number):
        return ()
    century, parity = divmod(int(number[3]), 2)
    warnings = []
    if birth_on is not None and birth_on.year // 100 != 19 + century:
        warnings.append(IdWarning.CENTURY_MISMATCH)
    if birth_on is not None and birth_on.year % 100 != int(number[4:6]):
        warnings.append(IdWarning.BIRTH_YEAR_MISMATCH)
    if sex is not None and (sex is Sex.FEMALE) != bool(parity):
        warnings.append(IdWarning.SEX_MISMATCH)
    return tuple(warnings)


def mask_id(number: str) -> str:
    """044…1234 for 12 digits; of shorter ones only the last four, of very short ones nothing."""
    if len(number) >= 12:
        return f"{number[:3]}{ELLIPSIS}{number[-4:]}"
    if len(number) >= 9:
        return f"{ELLIPSIS}{number[-4:]}"
    return ELLIPSIS if number else ""


def mask_phone(number: str) -> str:
    """091…678: the network and the last three; of a short number nothing."""
    if len(number) >= 9:
        return f"{number[:3]}{ELLIPSIS}{number[-3:]}"
    return ELLIPSIS if number else ""


def listed_name(name: str, kind: ApplicantKind) -> str:
    """The name as lists show it: a person's masked, an organisation's whole, for it is no personal data."""
    return mask_name(name) if kind is ApplicantKind.CITIZEN else name


def mask_name(name: str) -> str:
    """Nguyễn Văn An → Nguyễn V. A.; of a single word the initial alone."""
    words = name.split()
    initials = [f"{initial}." for word in words if (initial := _initial(word))]
    if len(initials) < 2:
        return "".join(initials)
    return " ".join([words[0], *initials[1:]])


@lru_cache(maxsize=4096)  # a file's names are made of a few hundred words
def _initial(word: str) -> str:
    if word[:1].isalnum():
        return word[0].upper()
    return next((character.upper() for character in word if character.isalnum()), "")
