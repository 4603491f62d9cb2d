"""Rows ticked in a list: each is a code and the version the list showed, sent as «code|version»."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.services import batches
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import Outcome
from tthc_tracker.web.unit_of_work import transaction

FIELD = "chon"


def value(code: str, version: int) -> str:
    """What a tick box of a row sends."""
    return f"{code}|{version}"


def chosen(sent: Iterable[str]) -> list[Target]:
    """The rows that were ticked, each once; what no list of ours has sent is left out."""
    found: dict[str, Target] = {}
    for text in sent:
        code, _, version = text.rpartition("|")
        if code and version.isascii() and version.isdigit() and len(version) < 16:
            found.setdefault(code, Target(code, int(version)))
    return list(found.values())


@dataclass(frozen=True)
class Report:
    """What became of a batch."""

    outcomes: tuple[Outcome, ...]

    @property
    def done(self) -> int:
        """How many rows were carried out."""
        return sum(outcome.done for outcome in self.outcomes)

    @property
    def refused(self) -> int:
        """How many were not."""
        return len(self.outcomes) - self.done


def carry_out(targets: Sequence[Target], verb: Callable[[Session, Target], Any]) -> Report:
    """Carry out a verb on every row, some in one transaction: nobody waits long for the rest."""
    outcomes: list[Outcome] = []
    for portion in batches.portions(targets):
        with transaction() as session:
            outcomes += batches.carry_out(session, portion, verb)
    return Report(tuple(outcomes))
