"""The report of a session, made when it is asked for: PDF to be shown, DOCX to be worked on in Word."""

import hashlib

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import sessionreport
from tthc_tracker.queries.sessionreport import SessionReport
from tthc_tracker.services import audit
from tthc_tracker.web.access import requires
from tthc_tracker.web.papers import pdf
from tthc_tracker.web.sessions.blueprint import blueprint
from tthc_tracker.web.sessions.conclusions import asked
from tthc_tracker.web.sessions.making import FORMS, file_of
from tthc_tracker.web.unit_of_work import reading, transaction

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE = "bao-cao-phien-hop-{period}"


@blueprint.get("/bao-cao.<form>")
@requires(Permission.VIEW_REPORTS)
def report(form: str) -> ResponseReturnValue:
    """The report of a quarter, of an agency of the address or of the highest one in scope."""
    if form not in FORMS:
        abort(404)
    period, code = asked(), request.args.get("agency", "").strip()[:40]
    found = sessionreport.report(reading(), code, period, current_user.scope, clock.now())
    file = file_of(found, form)
    _note(found, form, file)
    name = FILE.format(period=period.key)
    if form == "pdf":
        return pdf(file, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
    return Response(file, mimetype=DOCX, headers=headers)


def _note(found: SessionReport, form: str, file: bytes) -> None:
    """Who took it, for which quarter, and what it was."""
    facts = {"period": found.period.key, "form": form, "sha256": hashlib.sha256(file).hexdigest()}
    with transaction() as session:
        audit.note(
            session, "session_report_made", actor_id=current_user.user_id, now=clock.now(),
            object_type="agency", object_id=found.agency_id, agency_id=found.agency_id, facts=facts,
        )  # fmt: skip
