"""What I have assigned several at a time: the batches of the last hour, one batch, taking it back."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotFound, NotNow, RefusedUse, StaleVersion
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import reassignments
from tthc_tracker.queries.reassignments import Moved
from tthc_tracker.services import reassigning
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reassigning import UNDONE_WITHIN, UndoAssignment
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import reassigning as words

blueprint = Blueprint("reassigning", __name__, url_prefix="/phan-cong-gan-day")


@blueprint.get("")
@requires(Permission.ASSIGN_DOSSIERS)
def index() -> ResponseReturnValue:
    """What I have assigned several at a time within the hour."""
    start = clock.now() - UNDONE_WITHIN
    batches = reassignments.since(reading(), current_user.user_id, start)
    return render_template("reassigning/index.html", batches=batches, within=UNDONE_WITHIN)


@blueprint.get("/<batch>")
@requires(Permission.ASSIGN_DOSSIERS)
def batch(batch: str) -> ResponseReturnValue:
    """One of my batches, row by row."""
    return render_template("reassigning/batch.html", batch=batch, rows=_rows(batch))


@blueprint.post("/<batch>/hoan-tac")
@requires(Permission.ASSIGN_DOSSIERS)
def undo(batch: str) -> ResponseReturnValue:
    """Take back all of a batch that nothing has happened to since; what became of each is told."""
    targets = [Target(row.code, None) for row in _rows(batch) if row.undone_at is None]

    def verb(session: Session, target: Target) -> None:
        command = UndoAssignment(batch, target.code)
        reassigning.undo(session, command, person=current_user, now=clock.now())

    report = selection.carry_out(targets, verb, _why)
    shown = render_template("reassigning/undone.html", batch=batch, report=report, words=words)
    return shown, 200 if report.done else 422


def _rows(batch: str) -> list[Moved]:
    """Its rows.

    Raises:
        NotFound: nothing that this person has assigned.
    """
    found = reassignments.rows(reading(), batch, current_user.user_id)
    if not found:
        raise NotFound(batch)
    return found


def _why(error: RefusedUse) -> str:
    if isinstance(error, StaleVersion):
        return words.CHANGED
    return words.NOTHING if isinstance(error, NotNow) else ""
