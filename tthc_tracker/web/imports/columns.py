"""Say which column of a file is what, see its first rows read so, and keep that for its source."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.columnmaps import FIXABLE, ColumnMap, lacking, missing
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotNow,
    StaleVersion,
)
from tthc_tracker.domain.importing import PREVIEWED
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import columnmaps, imports, scoping
from tthc_tracker.queries.columnmaps import KeptMap
from tthc_tracker.queries.imports import Batch
from tthc_tracker.services import columnmaps as services
from tthc_tracker.services.importjudging import judge
from tthc_tracker.services.imports import prepare
from tthc_tracker.spreadsheets.exchangefile import first_rows
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.samples import Sample, sample_of
from tthc_tracker.web.access import requires
from tthc_tracker.web.imports import columnforms as forms
from tthc_tracker.web.imports import page
from tthc_tracker.web.imports.columnforms import Chosen
from tthc_tracker.web.imports.views import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import columnmaps as words
from tthc_tracker.wording import encodings, importing


@blueprint.get("/<int:batch_id>/ghep-cot")
@requires(Permission.IMPORT_DOSSIERS)
def columns(batch_id: int) -> ResponseReturnValue:
    """The columns with what they most likely hold."""
    batch = page.batch_of(batch_id)
    sample = _sample(batch, "")
    if sample is None:
        return redirect(url_for("imports.show", batch_id=batch_id))
    return _page(batch, sample, _with_codes(sample, forms.proposed(sample, _kept(batch))))


@blueprint.post("/<int:batch_id>/ghep-cot")
@requires(Permission.IMPORT_DOSSIERS)
def map_columns(batch_id: int) -> ResponseReturnValue:
    """The first rows as they would be read; or keep that, and have the file judged."""
    batch = page.batch_of(batch_id)
    sample = _sample(batch, request.form.get("encoding", ""))
    if sample is None:
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    chosen = _with_codes(sample, forms.sent(request.form, sample))
    if request.form.get("do") != "save":
        return _page(batch, sample, chosen)
    how, doubled = forms.map_of(sample, chosen)
    faults = _faults(sample, chosen, how, doubled)
    return (_page(batch, sample, chosen, faults), 422) if faults else _saved(batch, sample, chosen, how)


def _saved(batch: Batch, sample: Sample, chosen: Chosen, how: ColumnMap) -> ResponseReturnValue:
    seen = request.form.get("version", "")
    command = services.MapColumns(
        chosen.submission_key, batch.id, how, int(seen) if seen.isascii() and seen.isdigit() else -1
    )
    try:
        with transaction() as session:
            version = services.save(session, command, person=current_user, now=clock.now())
        flash(words.SAVED.format(version=version), "success")
    except InvalidInput as fault:
        return _page(batch, sample, chosen, [("#cot", fault.message)]), 422
    except StaleVersion:
        return _page(batch, sample, chosen, [(None, words.STALE)]), 409
    except NotNow:
        flash(importing.NOT_NOW, "info")
    except (DuplicateSubmission, ConflictingSubmission):
        flash(importing.SENT_BEFORE, "info")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _sample(batch: Batch, encoding: str) -> Sample | None:
    """The beginning of a file; by the encoding that is asked for, where it is one of those it may be in.
    None, said in words, where there is nothing to be mapped any more."""
    if batch.state not in services.TO_BE_MAPPED or batch.stored is None:
        flash(importing.NOT_NOW, "info")
        return None
    path = page.shelf().original(batch.stored)
    try:
        found = sample_of(path)
        offered = {one.encoding.value for one in found.guesses}
        return sample_of(path, Encoding(encoding)) if encoding in offered else found
    except (UnusableFileError, OSError):
        flash(importing.NO_FILE, "error")
        return None


def _with_codes(sample: Sample, chosen: Chosen) -> Chosen:
    return replace(chosen, codes=columnmaps.agency_codes(reading(), forms.agency_words(sample, chosen)))


def _kept(batch: Batch) -> KeptMap | None:
    return columnmaps.in_force(reading(), batch.source_code, imports.homes(current_user.memberships))


def _faults(
    sample: Sample, chosen: Chosen, how: ColumnMap, doubled: tuple[str, ...]
) -> list[tuple[str | None, str]]:
    """Why a map cannot be kept as it is chosen; with where on the page that is."""
    found: list[tuple[str | None, str]] = []
    if sample.guesses and not chosen.encoding:
        found.append(("#encoding", words.NO_ENCODING))
    if doubled:
        found.append(("#cot", words.doubled(doubled)))
    if lacks := lacking(how):
        found.append(("#cot", words.lacks(lacks)))
    return found


def _page(
    batch: Batch, sample: Sample, chosen: Chosen, faults: list[tuple[str | None, str]] | None = None
) -> str:
    how, _ = forms.map_of(sample, chosen)
    kept = _kept(batch)
    rows, unread = _preview(batch, sample, how)
    return render_template(
        "imports/columns.html", batch=batch, sample=sample, chosen=chosen, faults=faults or [], kept=kept,
        lines=forms.lines(sample, chosen), worded=forms.worded(sample, chosen), rows=rows, unread=unread,
        lost=missing(kept.how, sample.head) if kept else (), words=words, encodings=encodings,
        importing=importing, field_choices=forms.FIELD_CHOICES, fixable=FIXABLE,
        version=columnmaps.newest_version(reading(), batch.source_code),
    )  # fmt: skip


def _preview(batch: Batch, sample: Sample, how: ColumnMap) -> tuple[list[dict[str, object]], str]:
    """The first rows as they would be judged, or why none can be read."""
    path, session = page.shelf().original(batch.stored or ""), reading()
    encoding = sample.encoding if sample.guesses else None
    try:
        _, rows = first_rows(path, how, encoding=encoding, most=PREVIEWED)
    except UnusableFileError as fault:
        return [], str(fault)
    scope = scoping.scope_of(session, imports.homes(current_user.memberships))
    register = prepare(session, batch.source_code, scope)
    return [page.previewed(item) for item in judge(session, register, rows)], ""
