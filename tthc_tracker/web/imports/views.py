"""Send an export, see every row's verdict, agree, watch it, take it back."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotNow,
)
from tthc_tracker.domain.importing import BatchState, Whole
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import imports
from tthc_tracker.queries.imports import Batch
from tthc_tracker.services import importbatches as services
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.intake import Kept
from tthc_tracker.web.access import requires
from tthc_tracker.web.imports import page
from tthc_tracker.web.imports.forms import SendForm
from tthc_tracker.web.imports.sight import Sight, read_at_sight
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import columnmaps
from tthc_tracker.wording import importing as words

blueprint = Blueprint("imports", __name__, url_prefix="/nhap-du-lieu")


@dataclass(frozen=True)
class Sent:
    """The number of a file, and whether somebody has to say first which column of it is what."""

    batch_id: int
    unmapped: bool


@blueprint.get("")
@requires(Permission.IMPORT_DOSSIERS)
def index() -> ResponseReturnValue:
    """The form, and the files sent before."""
    return _index(SendForm.of(imports.sources(reading())))


@blueprint.post("")
@requires(Permission.IMPORT_DOSSIERS)
def send() -> ResponseReturnValue:
    """Take a file in; what no export can be is refused at once."""
    form = SendForm.of(imports.sources(reading()))
    if not form.validate_on_submit():
        return _index(form), 422
    try:
        where = _told(_sent(form))
    except UnusableFileError as fault:
        form.file.errors = [str(fault)]
        return _index(form), 422
    except (DuplicateSubmission, ConflictingSubmission) as earlier:
        flash(words.SENT_BEFORE, "info")
        return redirect(_where(earlier))
    return redirect(where, 303)


def _told(sent: Sent) -> str:
    """Say what comes next; the address of the page where it does."""
    if sent.unmapped:
        flash(columnmaps.NEEDS_READING, "info")
        return url_for("imports.columns", batch_id=sent.batch_id)
    flash(words.SENT, "success")
    return url_for("imports.show", batch_id=sent.batch_id)


def _where(earlier: DuplicateSubmission | ConflictingSubmission) -> str:
    if isinstance(earlier, DuplicateSubmission) and earlier.outcome:
        return url_for("imports.show", batch_id=int(earlier.outcome))
    return url_for("imports.index")


def _sent(form: SendForm) -> Sent:
    """The number of the file; nothing of it stays where it is not taken in."""
    shelf = page.shelf()
    kept = form.keep(shelf)
    try:
        command = _command(form, kept, read_at_sight(shelf.original(kept.name), form.source.data))
        with transaction() as session:
            return Sent(
                services.send(session, command, person=current_user, now=clock.now()), command.unmapped
            )
    except InvalidInput as error:
        shelf.forget(kept.name)
        raise UnusableFileError(error.message) from error
    except (UnusableFileError, DuplicateSubmission, ConflictingSubmission):
        shelf.forget(kept.name)
        raise


def _command(form: SendForm, kept: Kept, sight: Sight) -> services.SendFile:
    return services.SendFile(
        submission_key=form.submission_key.data or "", source_code=form.source.data, name=form.name,
        stored=kept.name, sha256=kept.sha256, size=kept.size, kind=sight.kind,
        whole=Whole(form.whole.data or ""), columns_id=sight.columns_id, unmapped=sight.unmapped,
    )  # fmt: skip


def _index(form: SendForm) -> str:
    before = request.args.get("truoc", "")
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    rows, more = imports.history(reading(), current_user, before=at)
    return render_template(
        "imports/index.html",
        form=form,
        rows=rows,
        words=words,
        next_url=url_for("imports.index", truoc=rows[-1].id) if more else None,
        first_url=url_for("imports.index") if at else None,
    )


@blueprint.get("/<int:batch_id>")
@requires(Permission.IMPORT_DOSSIERS)
def show(batch_id: int) -> ResponseReturnValue:
    """One file: verdicts and what to do next."""
    return _show(page.batch_of(batch_id))


@blueprint.get("/<int:batch_id>/tien-do")
@requires(Permission.IMPORT_DOSSIERS)
def progress(batch_id: int) -> ResponseReturnValue:
    """How far it is, for the script of the page; when it is done the page is asked for anew."""
    batch = page.batch_of(batch_id)
    if not batch.is_in_work:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("imports/_progress.html", batch=batch, **_progress(batch))


@blueprint.post("/<int:batch_id>/nap")
@requires(Permission.IMPORT_DOSSIERS)
def confirm(batch_id: int) -> ResponseReturnValue:
    """Agree to the very file that was judged."""
    return _act(batch_id, words.CONFIRMED, services.confirm, request.form.get("sha256", ""))


@blueprint.post("/<int:batch_id>/hoan-tac")
@requires(Permission.IMPORT_DOSSIERS)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take a file back."""
    return _act(batch_id, words.UNDOING, services.begin_undo)


@blueprint.post("/<int:batch_id>/bo")
@requires(Permission.IMPORT_DOSSIERS)
def drop(batch_id: int) -> ResponseReturnValue:
    """Give a file up."""
    page.batch_of(batch_id)
    try:
        with transaction() as session:
            stored = services.drop(session, batch_id, person=current_user, now=clock.now())
    except NotNow:
        return _show(page.batch_of(batch_id), words.NOT_NOW), 409
    if stored:
        page.shelf().forget(stored)
    flash(words.DROPPED, "success")
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<int:batch_id>/loi.csv")
@requires(Permission.IMPORT_DOSSIERS)
def errors(batch_id: int) -> ResponseReturnValue:
    """The rows that were refused or want looking at, with every column and the reason."""
    batch = page.batch_of(batch_id)
    if not imports.may_take_errors(reading(), batch, current_user):
        raise NotAllowed("the errors of this file are its sender's, and of whoever may export there")
    if not page.has_errors(batch):
        flash(words.FILE_GONE, "info")
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    with transaction() as session:
        services.note_download(session, batch_id, person=current_user, now=clock.now())
    name = f"loi-lan-nhap-{batch_id}.csv"
    return send_file(page.errors_path(batch), "text/csv", as_attachment=True, download_name=name, max_age=0)


def _act(batch_id: int, done: str, verb: services.Verb, *more: str) -> ResponseReturnValue:
    page.batch_of(batch_id)
    try:
        with transaction() as session:
            verb(session, batch_id, *more, person=current_user, now=clock.now())
    except InvalidInput as error:
        return _show(page.batch_of(batch_id), error.message), 422
    except NotNow:
        return _show(page.batch_of(batch_id), words.NOT_NOW), 409
    flash(done, "success")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def _progress(batch: Batch) -> dict[str, object]:
    now = clock.now()
    waited = now - max(filter(None, (batch.sent_at, batch.confirmed_at, batch.undone_at)))
    idle = waited > words.IDLE and not batch.rows_done
    return {
        "words": words, "percent": page.percent(batch), "speed": page.speed(batch, now), "idle": idle
    }  # fmt: skip


def _show(batch: Batch, refused: str = "") -> str:
    session, undoable = reading(), batch.state in services.UNDOABLE and batch.sha256 != ""
    codes = imports.in_the_way(session, batch.id, services.NAMED + 1) if undoable else []
    checked = batch.state is BatchState.CHECKED
    return render_template(
        "imports/show.html", batch=batch, refused=refused, counts=page.counts(batch),
        reasons=page.reasons(batch), preview=page.preview(batch),
        how=page.reading_of(batch) if checked else None,
        in_the_way=words.in_the_way(codes, services.NAMED),
        undoable=imports.standing(session, batch.id) if undoable else 0,
        errors=page.has_errors(batch) and imports.may_take_errors(session, batch, current_user),
        earlier=imports.same_file(session, batch, current_user) if checked else None, **_progress(batch),
    )  # fmt: skip
