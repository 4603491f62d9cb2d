"""Dossier codes as a setting prints them and as scanners read them; procedure codes (domain rule 4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from tthc_tracker.domain.errors import CodeSeriesExhausted

_AGENCY = r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,8})*"
_OLD_AGENCY = r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}"
_DAY = r"[0-9]{6}"
_FIELD = re.compile(r"\{(agency|old_agency|yymmdd|seq:0([1-9]))\}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


class InvalidPattern(ValueError):
    """A code pattern without its three fields, or with one that is unknown."""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A code taken apart: agency as written, day of reception, number within agency and day."""

    text: str
    agency: str
    day: date
    number: int


@dataclass(frozen=True, slots=True)
class CodePattern:
    """A pattern such as "{agency}-{yymmdd}-{seq:04}": a setting with an effective date.

    `{agency}` (or `{old_agency}`), `{yymmdd}` and `{seq:0n}` stand once each, all else is literal.
    Raises InvalidPattern.
    """

    template: str
    width: int = field(init=False)
    _shape: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shape, position, named, width = "", 0, [], 0
        for found in _FIELD.finditer(self.template):
            shape += re.escape(self.template[position : found.start()])
            position = found.end()
            name = found[1].split(":")[0]
            if name == "seq":
                width = int(found[2])
                shape += f"(?P<number>[0-9]{{{width}}})"
            elif name == "yymmdd":
                shape += f"(?P<day>{_DAY})"
            else:
                shape += f"(?P<agency>{_AGENCY if name == 'agency' else _OLD_AGENCY})"
            named.append(name.removeprefix("old_"))
        shape += re.escape(self.template[position:])
        if sorted(named) != ["agency", "seq", "yymmdd"] or "{" in _FIELD.sub("", self.template):
            raise InvalidPattern(self.template)
        object.__setattr__(self, "width", width)
        object.__setattr__(self, "_shape", re.compile(rf"\A{shape}\Z"))

    @property
    def last(self) -> int:
        """The highest number that a series of this pattern can give on one day."""
        return int("9" * self.width)

    def format(self, agency: str, day: date, number: int) -> str:
        """The code of the number-th dossier of that agency and day; numbers start at 1.

        Raises CodeSeriesExhausted beyond the last number: a code is never made longer, never used again.
        """
        if not 1 <= number <= self.last:
            raise CodeSeriesExhausted(f"{agency} has no number {number} on {day.isoformat()}")
        values = {"agency": agency, "old_agency": agency, "yymmdd": day.strftime("%y%m%d")}
        return _FIELD.sub(lambda found: values.get(found[1], f"{number:0{self.width}}"), self.template)

    def parse(self, text: str) -> DossierCode | None:
        """The parts of a code written exactly so, or None. Years are 2000 to 2099; number 0 is none."""
        found = self._shape.match(text)
        if found is None or int(found["number"]) == 0:
            return None
        stamp = found["day"]
        try:
            day = date(2000 + int(stamp[:2]), int(stamp[2:4]), int(stamp[4:]))
        except ValueError:
            return None
        return DossierCode(text, found["agency"], day, int(found["number"]))


CURRENT_PATTERN = CodePattern("{agency}-{yymmdd}-{seq:04}")
OLD_PATTERN = CodePattern("{old_agency}-{yymmdd}-{seq:04}")
READ_PATTERNS = (CURRENT_PATTERN, OLD_PATTERN)


def tidy_code(text: str) -> str:
    """What a scanner or a person gave, in the form a code is stored: no blanks, upper case, plain dashes."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    packed = "".join(c for c in plain if c.isprintable() and not c.isspace())
    return unicodedata.normalize("NFKC", packed.upper())


def parse_code(text: str, patterns: tuple[CodePattern, ...] = READ_PATTERNS) -> DossierCode | None:
    """The code somebody scanned or typed, tidied and taken apart; None if it fits none of the patterns."""
    tidy = tidy_code(text)
    return next((code for pattern in patterns if (code := pattern.parse(tidy)) is not None), None)


_NUMBER, _DATE = 4, 6  # of a code's last two groups so many signs, from the end, are words of the search
_LONGEST_NUMBER = 6
_GROUP = re.compile(r"[0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class CodeTail:
    """The end of a code as people name it: `0001`, `250225-0001`, `14-250225-0001`.

    words: what the search index has of every code that ends so; text: how such a code ends.
    """

    text: str
    words: tuple[str, ...]

    @property
    def told(self) -> bool:
        """Whether the words say all that was typed."""
        return len(self.text.replace("-", "")) == sum(len(word) - 1 for word in self.words)


def tail_words(code: str) -> tuple[str, ...]:
    """The words by which a stored code is found by its end: of its number the last four signs, of its date
    six. A code that is one group has none: it is typed whole."""
    *before, last = code.upper().rsplit("-", 2)
    if not before:
        return ()
    groups = (("n", last[-_NUMBER:]), ("d", before[-1][-_DATE:]))
    return tuple(sign + group.lower() for sign, group in groups if _GROUP.fullmatch(group))


def code_tail(typed: str) -> CodeTail | None:
    """What was typed as the end of a code; None for what can be none: letters, too few digits or too many."""
    tidy = tidy_code(typed)
    text = tidy.removeprefix("-")
    *before, number = text.split("-")
    if not (number.isascii() and number.isdigit()):
        return None
    if not before and tidy == text and not _NUMBER <= len(number) <= _LONGEST_NUMBER:
        return None
    words = ["n" + number[-_NUMBER:]]
    if before and _whole(before) and _GROUP.fullmatch(date := before[-1][-_DATE:]):
        words.append("d" + date.lower())
    return CodeTail(text, tuple(words))


def _whole(before: list[str]) -> bool:
    """Whether the group before the number tells all that the index has of it: a dash or enough signs do."""
    return len(before) > 1 or len(before[0]) >= _DATE


_PROCEDURE = re.compile(r"\A[0-9]\.[0-9]{6}(\.000\.00\.00)?(\.[GH][0-9]{2})?\Z")


@lru_cache(maxsize=4096)  # the rows of a file name the same few procedures
def is_procedure_code(text: str) -> bool:
    """True for a code of the national catalogue, short (1.001193) or full (1.001193.000.00.00.H50)."""
    return _PROCEDURE.match(text) is not None


def short_procedure_code(text: str) -> str | None:
    """The first eight characters by which procedures are matched, or None if it is not a procedure code."""
    return text[:8] if is_procedure_code(text) else None
