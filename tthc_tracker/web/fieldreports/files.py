"""Take in a file of reports: all of it, or every reason why not."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.services.fieldreportfiles import Enclosed, load_reports
from tthc_tracker.services.tablerows import BadRows, Fault, Outcome
from tthc_tracker.web.access import requires
from tthc_tracker.web.fieldreports.blueprint import blueprint
from tthc_tracker.web.fieldreports.forms import LoadForm
from tthc_tracker.web.fieldreports.intake import album
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import fieldreports as words

MOST_FAULTS = 100


@blueprint.get("/nap")
@requires(Permission.IMPORT_DOSSIERS)
def load_form() -> ResponseReturnValue:
    """The form, and which columns a file has."""
    return _page(LoadForm(formdata=None))


@blueprint.post("/nap")
@requires(Permission.IMPORT_DOSSIERS)
def load() -> ResponseReturnValue:
    """Take it in for one's own agency."""
    form = LoadForm()
    text = _text(form)
    if text is None:
        return _page(form), 422
    try:
        with transaction() as session:
            done = _taken(session, form, text)
    except BadRows as bad:
        return _page(form, bad.faults), 422
    flash(words.imported(done.added, done.unchanged), "success")
    return redirect(url_for("fieldreports.index"), 303)


def _taken(session: Session, form: LoadForm, text: str) -> Outcome:
    agency_id, actor = current_user.home_agency_id or 0, current_user.user_id
    photos = Enclosed(album(), form.enclosed().get)
    return load_reports(
        session, text, agency_id=agency_id, actor_id=actor, now=clock.now(), photos=photos
    )  # fmt: skip


def _text(form: LoadForm) -> str | None:
    """The file as text; None, with the reason in the form, where it is none."""
    form.validate()
    data = form.file.data.read() if getattr(form.file.data, "filename", "") else b""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        form.file.errors = [words.NOT_UTF8]
        return None
    if not text.strip():
        form.file.errors = [words.NO_FILE]
    return text if text.strip() and not form.errors else None


def _page(form: LoadForm, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "fieldreports/load.html", form=form, words=words, kinds=reads.kinds(reading()),
        faults=faults[:MOST_FAULTS], more=max(0, len(faults) - MOST_FAULTS),
    )  # fmt: skip
