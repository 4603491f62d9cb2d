"""One letter and the unit's explanation (giải trình) of each dossier on it."""

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.queries import urging as reads
from tthc_tracker.services import urging
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST
from tthc_tracker.services.urging import ExplainRow
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.selection import Report
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.web.urging.blueprint import blueprint
from tthc_tracker.wording import urging as words
from tthc_tracker.wording.labels import label

FIELDS = ("cause", "note", "promised_on")
CAUSES = [(one.value, label(one)) for one in LatenessCause]


@blueprint.get("/<int:letter_id>")
@requires(Permission.VIEW_DOSSIERS)
def letter(letter_id: int) -> ResponseReturnValue:
    """A letter with its dossiers: what is explained, what is not, and the form of whoever is to explain."""
    return _show(letter_id)


@blueprint.post("/<int:letter_id>/giai-trinh")
@requires(Permission.ADD_NOTE)
def explain(letter_id: int) -> ResponseReturnValue:
    """Explain the chosen dossiers with the same words; what was refused says why."""
    targets = selection.chosen(request.form.getlist(selection.FIELD)[: MOST + 1])
    errors = _errors()
    if fault := selection.problem(targets, request.form):
        errors["row"] = fault
    if errors:
        return _show(letter_id, errors), 422

    def verb(session: Session, target: Target) -> None:
        urging.explain(session, _command(letter_id, target), person=current_user, now=clock.now())

    report = selection.carry_out(targets, selection.once(request.form, "explain_letter", FIELDS, verb))
    return _show(letter_id, report=report), 200 if report.done else 422


def _errors() -> dict[str, str]:
    """What the form lacks, said once."""
    found = {}
    if request.form.get("cause") not in set(LatenessCause):
        found["cause"] = words.NO_CAUSE
    if not request.form.get("note", "").strip():
        found["note"] = words.NO_NOTE
    try:
        promised = read_day(request.form.get("promised_on", ""))
    except ValueError:
        promised = None
    if promised is None or promised < clock.now().date():
        found["promised_on"] = words.NO_PROMISE
    return found


def _command(letter_id: int, target: Target) -> ExplainRow:
    form = request.form
    cause, promised = LatenessCause(form["cause"]), read_day(form["promised_on"])
    return ExplainRow(letter_id, target, cause, form["note"], promised)


def _show(letter_id: int, errors: dict[str, str] | None = None, report: Report | None = None) -> str:
    page = reads.letter(reading(), letter_id, current_user.scope, current_user.memberships)
    kept = request.form if errors else {}
    return render_template(
        "urging/letter.html",
        page=page, line=page.line, errors=errors or {}, report=report, causes=CAUSES, typed=kept,
        picked=set(request.form.getlist(selection.FIELD)) if errors else set(),
        field=selection.FIELD, value=selection.value, submission_key=secrets.token_hex(16), now=clock.now(),
    )  # fmt: skip
