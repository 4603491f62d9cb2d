"""Procedures as the desk finds them: any part of name or code, marks aside, among thousands."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.procedure import (
    Procedure,
    ProcedureComponent,
    ProcedureLimit,
    ProcedureVersion,
    Sector,
)
from tthc_tracker.queries.revisions import Remembered

MOST = 12

_CODE = re.compile(r"(?<![0-9.])[0-9]\.[0-9]{6}(?![0-9])")


@dataclass(frozen=True, slots=True)
class ProcedureChoice:
    """A procedure in one version."""

    procedure_id: int
    version_id: int
    code: str
    full_code: str
    name: str
    sector_id: int
    sector: str
    levels: tuple[str, ...]
    search_text: str
    valid_from: dt.date
    valid_to: dt.date | None
    same_day: bool = False

    def is_valid(self, day: dt.date) -> bool:
        """Whether this version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def words(self) -> str:
        """What stands in the field once it is chosen; `resolve` finds it again from there."""
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class RequiredPaper:
    """A paper the procedure asks for, and how many of each kind."""

    name: str
    originals: int
    certified: int
    copies: int


_choices: Remembered[tuple[ProcedureChoice, ...]] = Remembered("catalogue")
_cases: Remembered[tuple[tuple[str, str], ...]] = Remembered("catalogue")
_by_code: Remembered[dict[str, tuple[ProcedureChoice, ...]]] = Remembered("catalogue")


def _all(session: Session) -> tuple[ProcedureChoice, ...]:
    """Every version of every confirmed procedure, by code, the newest first; in memory until one changes."""

    def read() -> tuple[ProcedureChoice, ...]:
        statement = (
            select(Procedure.id, Procedure.code, ProcedureVersion, Sector.name)
            .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
            .join(Sector, Sector.id == ProcedureVersion.sector_id)
            .where(Procedure.confirmed)
            .order_by(Procedure.code, ProcedureVersion.valid_from.desc())
        )
        return tuple(_choice(*row) for row in session.execute(statement))

    return _choices.get(session, "all", read)


def _versions(session: Session, code: str) -> tuple[ProcedureChoice, ...]:
    def read() -> dict[str, tuple[ProcedureChoice, ...]]:
        grouped = itertools.groupby(_all(session), key=lambda choice: choice.code)
        return {key: tuple(versions) for key, versions in grouped}

    return _by_code.get(session, "by code", read).get(code, ())


def _choice(procedure_id: int, code: str, version: ProcedureVersion, sector: str) -> ProcedureChoice:
    return ProcedureChoice(
        procedure_id=procedure_id,
        version_id=version.id,
        code=code,
        full_code=version.full_code,
        name=version.name,
        sector_id=version.sector_id,
        sector=sector,
        levels=tuple(version.levels.split(";")),
        search_text=f"{version.search_text} {fold(sector)}",
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        same_day=version.same_day,
    )


def by_code(session: Session, code: str, day: dt.date) -> ProcedureChoice | None:
    """The procedure of this code (its first eight characters) as valid on a day."""
    return next((choice for choice in _versions(session, code[:8]) if choice.is_valid(day)), None)


def search(
    session: Session, typed: str, day: dt.date, *, level: Level | None = None, most: int = MOST
) -> list[ProcedureChoice]:
    """Procedures that hold every word typed, in name, code or sector; those of the desk's level first.

    A code typed to its end, then names that begin so, then names that hold the words together,
    then those that hold them as beginnings of words, then the rest.
    """
    wanted = fold(typed)
    if not wanted:
        return []
    words = wanted.split()
    found = [
        choice
        for choice in _all(session)
        if all(word in choice.search_text for word in words) and choice.is_valid(day)
    ]
    found.sort(key=lambda choice: _rank(choice, wanted, level))
    return found[:most]


def _rank(choice: ProcedureChoice, wanted: str, level: Level | None) -> tuple[int, bool, int, str]:
    name = choice.search_text[9:]
    if choice.code.startswith(wanted):
        closeness = 0
    elif name.startswith(wanted):
        closeness = 1
    elif wanted in name:
        closeness = 2
    else:
        begun = f" {choice.search_text}"
        closeness = 3 if all(f" {word}" in begun for word in wanted.split()) else 4
    elsewhere = level is not None and level.value not in choice.levels
    return (closeness if closeness == 0 else 1, elsewhere, closeness, choice.search_text)


def resolve(session: Session, typed: str, day: dt.date) -> list[ProcedureChoice]:
    """What a text nobody chose from the list may mean: one if it is a code or a full name, else the hits."""
    if code := _CODE.search(typed):
        exact = by_code(session, code[0], day)
        return [exact] if exact else []
    wanted = fold(typed)
    hits = search(session, typed, day, most=6)
    same = [choice for choice in hits if fold(choice.name) == wanted]
    return same if len(same) == 1 else hits


def cases_of(session: Session, version_id: int) -> tuple[tuple[str, str], ...]:
    """The cases (trường hợp) of a procedure's version as (code, name), in their order; one without a code is
    what it promises whatever the case."""

    def read() -> tuple[tuple[str, str], ...]:
        statement = (
            select(ProcedureLimit.case_code, ProcedureLimit.case_name)
            .where(ProcedureLimit.version_id == version_id)
            .order_by(ProcedureLimit.id)
        )
        names: dict[str, str] = {}
        for code, name in session.execute(statement):
            names.setdefault(code, name or code)
        return tuple(names.items())

    return _cases.get(session, version_id, read)


def papers_of(session: Session, version_id: int) -> list[RequiredPaper]:
    """The papers a procedure's version asks for, in its order."""
    statement = (
        select(
            ProcedureComponent.name,
            ProcedureComponent.originals,
            ProcedureComponent.certified,
            ProcedureComponent.copies,
        )
        .where(ProcedureComponent.version_id == version_id)
        .order_by(ProcedureComponent.position)
    )
    return [RequiredPaper(*row) for row in session.execute(statement)]
