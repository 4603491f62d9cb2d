"""Standing in for somebody who is away, and signing for a head: when it holds, what the signature says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tthc_tracker.domain.permissions import Role


class SignatureForm(StrEnum):
    """By what right somebody signs for the head (docs/law.md, deputies)."""

    KT = "kt"  # ký thay: the head's own deputy
    TL = "tl"  # thừa lệnh: the head of a part of the agency, by order
    TUQ = "tuq"  # thừa uỷ quyền: by a written authority


ABBREVIATIONS = {SignatureForm.KT: "KT.", SignatureForm.TL: "TL.", SignatureForm.TUQ: "TUQ."}

HEADS = frozenset({Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY})
"""Whose deputies sign."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one day to another, both included; `ended_at`: sooner."""

    from_day: date
    to_day: date
    ended_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it holds at a moment: of its last day until midnight."""
        early = self.ended_at is not None and self.ended_at <= now
        return not early and self.from_day <= now.date() <= self.to_day

    def meets(self, other: Stretch) -> bool:
        """Whether two stretches have a day in common; neither has ended sooner."""
        return self.from_day <= other.to_day and other.from_day <= self.to_day


@dataclass(frozen=True, slots=True)
class Signature:
    """What stands above a name: the title, and for a deputy by what right and in whose place."""

    title: str
    name: str
    form: SignatureForm | None = None
    head_title: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines above the name, as they are printed: `KT. TRƯỞNG PHÒNG`, `PHÓ TRƯỞNG PHÒNG`."""
        own = (self.title.upper(),) if self.title else ()
        if self.form is None:
            return own
        return (f"{ABBREVIATIONS[self.form]} {self.head_title.upper()}", *own)
