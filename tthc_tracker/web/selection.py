"""Rows ticked in a list: each is a code and the version the list showed, sent as «code|version»."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, DuplicateSubmission, InvalidInput
from tthc_tracker.services import batches, bulk, submissions
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import Outcome
from tthc_tracker.web.unit_of_work import transaction
from tthc_tracker.wording import batches as words
from tthc_tracker.wording.batches import refusal

FIELD = "chon"
KEY = "submission_key"
_KEY = re.compile(r"\A[0-9a-f]{32}\Z")


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


def key_of(form: Mapping[str, str]) -> str:
    """The key that the form was made with; '' for none of ours."""
    key = form.get(KEY, "")
    return key if _KEY.match(key) else ""


def problem(targets: Sequence[Target], form: Mapping[str, str]) -> str:
    """What is wrong with a choice as a whole; '' for nothing."""
    if not targets:
        return words.NOTHING_CHOSEN
    if len(targets) > batches.MOST:
        return words.TOO_MANY.format(most=batches.MOST)
    return "" if key_of(form) else words.LOAD_AGAIN


def once(
    form: Mapping[str, str], action: str, fields: Iterable[str], verb: Callable[[Session, Target], Any]
) -> Callable[[Session, Target], None]:
    """The verb, done to each row once for one form: sent again, a row that was done stays as it is.

    fields: the names of the form that say what is to be done, so that the key stands for one thing only.
    """
    key = key_of(form)
    content = submissions.fingerprint({"action": action} | {name: form.get(name, "") for name in fields})

    def act(session: Session, target: Target) -> None:
        try:
            bulk.once(
                session, key, target, action, lambda: verb(session, target),
                person=current_user, content=content, now=clock.now(),
            )  # fmt: skip
        except DuplicateSubmission:
            return
        except ConflictingSubmission:
            raise InvalidInput(FIELD, words.REUSED) from None

    return act


def carry_out(
    targets: Sequence[Target], verb: Callable[[Session, Target], Any], why: batches.Why = refusal
) -> Report:
    """Carry out a verb on every row, some in one transaction: nobody waits long for the rest."""
    outcomes: list[Outcome] = []
    for portion in batches.portions(targets):
        with transaction() as session:
            outcomes += batches.carry_out(session, portion, verb, why)
    return Report(tuple(outcomes))
