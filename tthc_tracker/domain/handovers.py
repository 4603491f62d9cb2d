"""Hand-overs (bàn giao): who gives papers or a result to whom, and who may say that they have arrived.

A hand-over ends with the other side's confirmation (NĐ 309/2026 Đ9), so it has two sides, and nobody is both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tthc_tracker.domain.permissions import Membership, Role


class Direction(StrEnum):
    """What travels, and which way."""

    FORWARD = "forward"  # the dossier, to a unit or to the agency that resolves it
    BACK = "back"  # the dossier, to the desk that received it
    RESULT = "result"  # the result, to the desk that returns it


class HandoverAnswer(StrEnum):
    """How a hand-over ended."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"  # the dossier ended before anybody confirmed


class CollectAuthority(StrEnum):
    """By what right somebody collects a result."""

    SELF = "self"  # the applicant or owner himself
    AUTHORISED = "authorised"  # somebody with a written authority
    POST = "post"  # sent to the address that was given


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of an agency; without a unit its desk, or the whole of an agency that has no units."""

    agency_id: int
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Underway:
    """A hand-over that nobody has answered yet. handed_by_id: the account that handed over."""

    direction: Direction
    source: Place
    destination: Place
    handed_by_id: int | None


class Handing(StrEnum):
    """An unanswered hand-over as one person meets it: to his side, from his side, or between others."""

    NONE = "none"
    PAPERS_TO_US = "papers_to_us"
    PAPERS_BY_US = "papers_by_us"
    PAPERS = "papers"
    RESULT_TO_US = "result_to_us"
    RESULT_BY_US = "result_by_us"
    RESULT = "result"

    @property
    def to_us(self) -> bool:
        """Whether this person may confirm or reject it."""
        return self in {Handing.PAPERS_TO_US, Handing.RESULT_TO_US}

    @property
    def by_us(self) -> bool:
        """Whether this person may take it back."""
        return self in {Handing.PAPERS_BY_US, Handing.RESULT_BY_US}

    @property
    def of_result(self) -> bool:
        """Whether it is a result that travels."""
        return self in {Handing.RESULT_TO_US, Handing.RESULT_BY_US, Handing.RESULT}


_WORKS = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY})
_DESK = frozenset({Role.CLERK, Role.HEAD_OF_AGENCY})


def works_in(memberships: Iterable[Membership], place: Place) -> bool:
    """True if somebody has his own place of work there: papers given to it stay in his hands.

    A clerk works at his agency's desk, whether or not the desk is a unit too.
    """
    return any(
        held.role in _WORKS
        and held.deputyship is None
        and held.agency_id == place.agency_id
        and (held.unit_id == place.unit_id or (place.unit_id is None and held.role is Role.CLERK))
        for held in memberships
    )


def answers_for(memberships: Iterable[Membership], place: Place) -> bool:
    """True if somebody may say what has arrived at a place.

    For a unit: its own people, and those of the agency who belong to no unit, the desk's clerks aside. For a
    place without a unit (a desk): clerks, whoever belongs to no unit, and the head of the agency.
    """
    return any(
        held.agency_id == place.agency_id and _answers(held, place.unit_id)
        for held in memberships
        if held.role in _WORKS and held.deputyship is None
    )


def _answers(held: Membership, unit_id: int | None) -> bool:
    if unit_id is None:
        return held.role in _DESK or held.unit_id is None
    return held.unit_id == unit_id or (held.unit_id is None and held.role is not Role.CLERK)


def handing_for(underway: Underway | None, user_id: int, memberships: tuple[Membership, ...]) -> Handing:
    """The hand-over as this person meets it; whoever handed over is never the one who confirms."""
    if underway is None:
        return Handing.NONE
    result = underway.direction is Direction.RESULT
    ours = underway.handed_by_id == user_id
    if not ours and answers_for(memberships, underway.destination):
        return Handing.RESULT_TO_US if result else Handing.PAPERS_TO_US
    if ours or answers_for(memberships, underway.source):
        return Handing.RESULT_BY_US if result else Handing.PAPERS_BY_US
    return Handing.RESULT if result else Handing.PAPERS
