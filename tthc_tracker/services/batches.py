"""Several dossiers at once: each row by the verb that does one, each refused or done for itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, RefusedUse
from tthc_tracker.services.acting import Target
from tthc_tracker.wording import batches as words

MOST = 500
AT_ONCE = 25  # in one transaction: nobody else waits for more than these

Why = Callable[[RefusedUse], str]


@dataclass(frozen=True)
class Outcome:
    """What became of one row: `message` says why it was refused, or is empty."""

    target: Target
    message: str = ""

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return not self.message


def portions(targets: Sequence[Target]) -> Iterator[list[Target]]:
    """The rows in portions of one transaction each, at most `MOST` of them."""
    rows = islice(targets, MOST)
    while portion := list(islice(rows, AT_ONCE)):
        yield portion


def carry_out(
    session: Session,
    targets: Sequence[Target],
    verb: Callable[[Session, Target], object],
    why: Why = words.refusal,
) -> list[Outcome]:
    """Carry out `verb` on each; a refused one leaves nothing behind and stops none of the others.

    why: the words for a refusal that has none of its own; "" for the usual ones.
    """
    return [Outcome(target, _refusal(session, target, verb, why)) for target in targets]


def _refusal(session: Session, target: Target, verb: Callable[[Session, Target], object], why: Why) -> str:
    try:
        with session.begin_nested():
            verb(session, target)
    except InvalidInput as error:
        return error.message
    except RefusedUse as error:
        return why(error) or words.refusal(error)
    return ""
