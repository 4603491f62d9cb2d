"""Papers of several dossiers in one file among my files."""

from collections.abc import Callable, Sequence

from flask import current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import apology as apology_form
from tthc_tracker.printouts import control_slip
from tthc_tracker.printouts import receipt as receipt_form
from tthc_tracker.printouts import slip as slip_form
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries import apologyslips, controlslips, dossiers, scoping, slips
from tthc_tracker.queries import bulk as reads
from tthc_tracker.queries.printouts import RECEIPT, addressed, receipt_sheet
from tthc_tracker.services import audit, exports
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.spreadsheets import exportfiles
from tthc_tracker.web.answerslips import answer
from tthc_tracker.web.apologyletters import apology_letter
from tthc_tracker.web.papers import Outgoing, kept_papers
from tthc_tracker.web.unit_of_work import reading, transaction


def may_control(session: Session, code: str) -> None:
    """Whether this person may print the slip that goes with a dossier.

    Raises:
        NotFound: none of this code in his scope. NotAllowed: he may see it, and no more. NotNow: it has none.
    """
    _demand(session, code, Permission.HAND_OVER)
    (dossier_id,) = reads.ids(session, [code], current_user.scope)
    controlslips.control_sheet(session, dossier_id)


def may_answer(session: Session, code: str) -> None:
    """Whether this person may print the slip of an answer, and there is one.

    Raises:
        NotFound: none of this code in his scope, or no such slip. NotAllowed: he may see it, and no more.
    """
    _demand(session, code, Permission.PRINT_RECEIPT)
    slips.slip_of(session, code, current_user.scope)


def may_apologise(session: Session, code: str) -> None:
    """Whether this person may print the letter of an apology, and one was approved.

    Raises:
        NotFound: none of this code in his scope, or no such letter. NotAllowed: he may see it, and no more.
    """
    _demand(session, code, Permission.DRAFT_APOLOGIES)
    apologyslips.apology_sheet(session, code, current_user.scope)


def _demand(session: Session, code: str, right: Permission) -> None:
    places = dossiers.places_of(session, code, current_user.scope)
    if right not in scoping.rights_on(session, current_user.memberships, places):
        raise NotAllowed(code)


def as_file(action: str, codes: list[str], size: Size) -> int:
    """The papers of these dossiers in one file; its number. Each is kept and counted as if printed alone."""
    make, together = PAPERS[action]
    ids = reads.ids(reading(), codes, current_user.scope)
    paper = together(kept_papers([make(dossier_id, size) for dossier_id in ids]))
    content, user_id, now = paper.typeset(), current_user.user_id, clock.now()
    with transaction() as session:  # what is ready lies there, and has left its trace
        export_id = exports.keep_pdf(session, action, len(ids), user_id=user_id, now=now)
        facts = {"list": action, "rows": len(ids)}
        audit.note(session, "export_list", actor_id=user_id, now=now, facts=facts)
        var = current_app.config["SETTINGS"].var
        with exportfiles.written(exportfiles.path_of(var, export_id, "pdf")) as draft:
            draft.write_bytes(content)
    return export_id


def _receipt(dossier_id: int, size: Size) -> Outgoing:
    settings = current_app.config["SETTINGS"]
    sheet = addressed(receipt_sheet(reading(), dossier_id), settings.public_url, settings.secret_key)
    paper, subject = receipt_form.paper(sheet, size), of_dossier(dossier_id)
    return Outgoing(paper, RECEIPT, subject, (dossier_id,), earlier=sheet.prints - 1)


def _control_slip(dossier_id: int, size: Size) -> Outgoing:
    sheet = controlslips.control_sheet(reading(), dossier_id)
    paper, subject = control_slip.paper(sheet, size), of_dossier(dossier_id)
    return Outgoing(
        paper, controlslips.FORM, subject, (dossier_id,), action="control_slip_printed",
        about=("dossier", sheet.code),
    )  # fmt: skip


def _answer_slip(dossier_id: int, size: Size) -> Outgoing:
    return answer(slips.slip_of_id(reading(), dossier_id), dossier_id, size)


def _apology_letter(dossier_id: int, size: Size) -> Outgoing:
    return apology_letter(apologyslips.apology_of_id(reading(), dossier_id), dossier_id, size)


Make = Callable[[int, Size], Outgoing]
Together = Callable[[Sequence[Printout]], Printout]
PAPERS: dict[str, tuple[Make, Together]] = {
    "receipts": (_receipt, receipt_form.together),
    "control_slips": (_control_slip, control_slip.together),
    "answer_slips": (_answer_slip, slip_form.together),
    "apology_letters": (_apology_letter, apology_form.together),
}
