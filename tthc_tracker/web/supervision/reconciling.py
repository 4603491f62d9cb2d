"""A list that somebody sends, set against the register. Nothing of it is kept."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import FileField, TextAreaField

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.reconciling import CODE, ListFaultError, read
from tthc_tracker.queries import reconciling
from tthc_tracker.queries.reconciling import Line
from tthc_tracker.services import exports
from tthc_tracker.services.exports import ExportList
from tthc_tracker.spreadsheets import csvtext, pastedcells
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show, text_line
from tthc_tracker.web.supervision.views import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import reconciling as words

BIGGEST = 1 << 20  # of a file, in bytes
WORKBOOK = b"PK\x03\x04"


class ReconcileForm(FlaskForm):
    """The list, pasted or as a file; for the file that leaves, why."""

    text = TextAreaField("Dán danh sách")
    file = FileField("Hoặc chọn tệp CSV, Excel (.xlsx)")
    reason = text_line("Lý do xuất", longest=exports.LONGEST_REASON)

    def lines(self) -> tuple[Line, ...]:
        """What was sent, line by line beside what is known.

        Raises:
            InvalidInput: it cannot be read.
        """
        if getattr(self.file.data, "filename", ""):
            with self.file.data.stream as stream:
                self.text.data = _text_of(stream.read(BIGGEST + 1))
        try:
            claims = read(self.text.data or "")
        except ListFaultError as refused:
            raise InvalidInput("text", words.FAULTS[refused.fault]) from refused
        return reconciling.set_against(reading(), claims, current_user.scope, clock.now())


def _text_of(content: bytes) -> str:
    if len(content) > BIGGEST:
        raise InvalidInput("file", words.TOO_BIG)
    try:
        if content.startswith(WORKBOOK):
            return pastedcells.text_of(content, head=CODE)
        return content.decode("utf-8-sig")
    except UnusableFileError as fault:
        raise InvalidInput("file", str(fault)) from fault
    except UnicodeDecodeError:
        raise InvalidInput("file", words.NOT_TEXT) from None


@blueprint.get("/giam-sat/doi-chieu")
@requires(Permission.VIEW_SUPERVISION)
def reconcile() -> ResponseReturnValue:
    """Where a list is pasted or chosen."""
    return _page(ReconcileForm(formdata=None))


@blueprint.post("/giam-sat/doi-chieu")
@requires(Permission.VIEW_SUPERVISION)
def reconciled() -> ResponseReturnValue:
    """The list beside what is known of it."""
    form = ReconcileForm()
    try:
        return _page(form, form.lines())
    except InvalidInput as fault:
        status = show(form, fault)
        return _page(form), status


@blueprint.post("/giam-sat/doi-chieu/tep")
@requires(Permission.VIEW_SUPERVISION)
def reconciled_file() -> ResponseReturnValue:
    """The same as a file; the reason goes into the audit."""
    form, now = ReconcileForm(), clock.now()
    try:
        lines = form.lines()
        command = ExportList("reconciled", {"lines": str(len(lines))}, (), "csv", form.reason.data or "")
        with transaction() as session:
            exports.note(session, command, user_id=current_user.user_id, now=now)
    except InvalidInput as fault:
        status = show(form, fault)
        return _page(form), status
    headers = {"Content-Disposition": f'attachment; filename="doi-chieu-{now:%Y%m%d-%H%M}.csv"'}
    content = csvtext.lines(words.HEADS, map(words.cells, lines))
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


def _page(form: ReconcileForm, lines: tuple[Line, ...] | None = None) -> str:
    tally = reconciling.tally(lines) if lines else None
    return render_template(
        "supervision/reconcile.html", form=form, lines=lines, tally=tally, words=words, now=clock.now()
    )
