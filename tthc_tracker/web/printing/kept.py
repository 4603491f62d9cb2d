"""What was printed of a dossier: every copy, and each as it was."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts.printout import again, copy_words, form_version
from tthc_tracker.queries import dossiers, printedslips
from tthc_tracker.services import audit
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.papers import pdf
from tthc_tracker.web.printing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording.formats import moment

NEWER_FORM = "mẫu in đã đổi từ đó"


@blueprint.get("/ho-so/<code>/ban-in")
@requires(Permission.VIEW_PERSONAL)
def copies(code: str) -> ResponseReturnValue:
    """Every paper that was printed of a dossier, the latest first."""
    demand(Permission.VIEW_PERSONAL, code)
    dossier = dossiers.find(reading(), code, current_user.scope).dossier
    found = printedslips.of_dossier(reading(), dossier.id)
    return render_template("printing/copies.html", dossier=dossier, copies=found, copy_words=copy_words)


@blueprint.get("/ho-so/<code>/ban-in/<int:slip_id>.pdf")
@requires(Permission.VIEW_PERSONAL)
def copy(code: str, slip_id: int) -> ResponseReturnValue:
    """One of them from what was kept. It is no copy to hand out, and its QR opens nothing."""
    demand(Permission.VIEW_PERSONAL, code)
    dossier = dossiers.find(reading(), code, current_user.scope).dossier
    kept = printedslips.paper(reading(), slip_id, dossier.id)
    said = [f"Xem lại bản in lúc {moment(kept.copy.printed_at)}", copy_words(kept.copy.copy)]
    if kept.form_version != form_version():
        said.append(NEWER_FORM)
    note = " · ".join(filter(None, said))
    paper = again(kept.form, kept.content, kept.copy.size, note, kept.copy.printed_at)
    _note(dossier.code, slip_id)
    return pdf(paper.typeset(), f"xem-lai-{dossier.code}-{slip_id}")


def _note(code: str, slip_id: int) -> None:
    with transaction() as session:
        audit.note(
            session, "printed_slip_viewed", actor_id=current_user.user_id, now=clock.now(),
            object_type="dossier", object_id=code, facts={"slip": slip_id},
        )  # fmt: skip
