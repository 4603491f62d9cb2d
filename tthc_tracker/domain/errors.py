"""Everything the law or a use case can refuse, as one tree.

TthcError
├── DomainError                   a rule of the law cannot be applied to what it was given
│   ├── InvalidMoment               a moment without its offset
│   ├── InvalidLimit                an amount or a unit that no time limit can have
│   ├── InvalidCalendar             windows, weeks or dates that make no calendar
│   │   └── CalendarHorizonError      counting had to look at a date of an unknown year
│   ├── InvalidPause                pauses out of order, overlapping, before the clock, or badly open
│   ├── UncleanText                 a character that nobody typed
│   └── InvalidReappointment        a second date that is not later than the first
└── RefusedUse                    a use case that cannot go through
    ├── InvalidInput                one field is wrong; says which and why
    ├── NotAllowed                  this person may not do this here
    ├── NotFound                    nothing there that this person may see
    ├── NotNow                      the state does not permit this action
    ├── AtItsSource                 it is another system's dossier: done there
    ├── AlreadyReappointed          a new date is given once
    ├── TooManyTries                tried too often; says how long to wait
    ├── StaleVersion                somebody else changed it since the form was opened
    ├── DuplicateSubmission         this very form was taken already; says what it made
    ├── ConflictingSubmission       the same form key came back with other content
    ├── ConflictingDossier          another system sent what contradicts what is known; says where and why
    └── CodeSeriesExhausted         no number left for this desk and day

Messages here are for logs, in English; what people read is worded by the edges from the attributes. Only
InvalidInput and ConflictingDossier carry their sentence, since only the use case knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum


class TthcError(Exception):
    """The root: whatever this product refuses on purpose."""


class DomainError(TthcError):
    """A rule of the law cannot be applied to what it was given."""


class InvalidMoment(DomainError):
    """A moment without its offset: the law counts aware moments only."""


class InvalidLimit(DomainError):
    """An amount or a unit that no time limit can have."""


class InvalidCalendar(DomainError):
    """Windows, weeks or dates that make no calendar."""


class CalendarHorizonError(InvalidCalendar):
    """Counting had to look at `looked_at`, a date of a year whose calendar is unknown."""

    def __init__(self, looked_at: date | None = None, *, year: int | None = None) -> None:
        self.looked_at = looked_at
        self.year = looked_at.year if looked_at is not None else year
        super().__init__(f"the work calendar of {self.year} is not known")


class PauseFault(StrEnum):
    """What is wrong with a row of pauses."""

    BEFORE_THE_CLOCK = "before_the_clock"
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"
    OVERLAPS = "overlaps"
    OPEN_BEFORE_ANOTHER = "open_before_another"
    OPEN_WITHOUT_AS_OF = "open_without_as_of"


class InvalidPause(DomainError):
    """Pauses out of order, overlapping, before the clock, or open without a moment to project from."""

    def __init__(self, fault: PauseFault) -> None:
        self.fault = fault
        super().__init__(f"invalid pause: {fault.value}")


class InvalidReappointment(DomainError):
    """A re-appointment approved before the clock started, or to a date not later than the lawful one."""


class UncleanText(DomainError):
    """A text holds `character`, which nobody typed: a control, a direction override, a decoding error."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(f"U+{ord(character):04X} in a text")


class RefusedUse(TthcError):
    """A use case that cannot go through."""


class InvalidInput(RefusedUse):
    """One field is wrong. `field`: its name in the command; `message`: in Vietnamese, what to do.

    `others`: what else is wrong beside it, (field, message) each.
    """

    def __init__(self, field: str, message: str, others: Sequence[tuple[str, str]] = ()) -> None:
        self.field = field
        self.message = message
        self.others = others
        super().__init__(f"{field}: {message}")


class NotAllowed(RefusedUse):
    """This person may not do this here."""


class NotFound(RefusedUse):
    """Nothing there, or nothing that this person may see: the two are told alike."""


class NotNow(RefusedUse):
    """The state does not permit this action now."""


class AtItsSource(NotNow):
    """Done in the system whose dossier it is, and in its next file known here."""


class AlreadyReappointed(NotNow):
    """A new date is given at most once (NĐ 61/2018 Đ19.9)."""


class TooManyTries(NotNow):
    """Tried too often within some time; the next try is looked at after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"too many tries: wait {wait}")


class StaleVersion(RefusedUse):
    """Somebody else changed it since the form was opened."""


class DuplicateSubmission(RefusedUse):
    """This very form was taken already; `outcome` names what it made then, where that is known."""

    def __init__(self, outcome: str | None = None) -> None:
        self.outcome = outcome
        super().__init__(f"submission already taken: {outcome or 'outcome unknown'}")


class ConflictingSubmission(RefusedUse):
    """The same form key came back with other content."""


class ConflictingDossier(RefusedUse):
    """What a system sent contradicts what is known. `field`: its name; `message`: in Vietnamese.

    `others`: where else it does, (field, message) each.
    """

    def __init__(self, field: str, message: str, others: Sequence[tuple[str, str]] = ()) -> None:
        self.field = field
        self.message = message
        self.others = others
        super().__init__(f"{field}: {message}")


class CodeSeriesExhausted(RefusedUse):
    """No number is left for this desk and day."""
