"""A list as a file or on paper: streamed when it is short, written in the background when it is long."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.queries import keptlists, listing, lists
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.services import exports as service
from tthc_tracker.services.exports import ExportList
from tthc_tracker.spreadsheets import csvtext, exportfiles, workbook
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage, address_of
from tthc_tracker.web.lists.blueprint import blueprint
from tthc_tracker.web.lists.page import opened
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import keptlists as words
from tthc_tracker.wording import listparts
from tthc_tracker.wording.columns import See, in_file

AT_ONCE = 5_000  # rows; a longer file is written by the scheduler
ON_PAPER = 2_000  # rows a browser prints without trouble; what is longer is a file
MIMES = {
    "csv": "text/csv; charset=utf-8", "xlsx": workbook.MIME, "pdf": "application/pdf",
    "zip": "application/zip",
}  # fmt: skip


@blueprint.post("/danh-sach/<name>/xuat")
@requires(Permission.EXPORT_LISTS)
def export(name: str) -> ResponseReturnValue:
    """Exactly the shown filter and columns as a file; the reason goes into the audit."""
    page, now = opened(name), clock.now()
    asked, command = page.asked(now), _command(page)
    count = page.kept.count(reading(), asked)
    try:
        if count.more or count.number > AT_ONCE:
            return _later(command)
        with transaction() as session:
            service.note(session, command, user_id=current_user.user_id, now=now)
    except InvalidInput as fault:
        flash(fault.message, "error")
        return redirect(address_of(name) + "?" + page.exact)
    return _at_once(page, asked, command.form)


def _command(page: ListPage) -> ExportList:
    keys = tuple(column.key for column in page.columns)
    return ExportList(
        page.name, page.told, keys, request.form.get("form", ""), request.form.get("reason", "")
    )


def _later(command: ExportList) -> ResponseReturnValue:
    with transaction() as session:
        service.request(session, command, user_id=current_user.user_id, now=clock.now())
    flash(words.WAITING_FLASH, "info")
    return redirect(url_for("lists.exports"))


def _at_once(page: ListPage, asked: Asked, form: str) -> Response:
    see = See.at(asked.now, listing.stale_before(reading(), asked.now))
    columns = in_file(page.columns)
    name = f"{page.kept.columns.file_name}-{asked.now:%Y%m%d-%H%M}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        content: Any = csvtext.listed(columns, _rows(page, asked), see)
    else:
        book = io.BytesIO()
        workbook.write(book, page.kept.columns.title, columns, _rows(page, asked), see)
        content = book.getvalue()
    return Response(content, content_type=MIMES[form], headers=headers)


def _rows(page: ListPage, asked: Asked) -> Iterator[Any]:
    """The rows, read in a session of their own while the file leaves."""
    with database.reading() as session:
        yield from lists.rows(session, page.kept, asked, most=AT_ONCE)


@blueprint.get("/danh-sach/<name>/in")
@requires(Permission.VIEW_DOSSIERS)
def printed(name: str) -> ResponseReturnValue:
    """The list for paper: what it is narrowed to, its first rows, and how many are not on it."""
    page, now = opened(name), clock.now()
    session, asked = reading(), page.asked(now)
    see = See.at(now, listing.stale_before(session, now))
    rows = page.paper(lists.rows(session, page.kept, asked, most=ON_PAPER), see)
    chips = ListFilters.of(session, page, dates="Ngày").chips
    return render_template(
        "lists/printed.html",
        page=page, rows=rows, count=page.kept.count(session, asked), now=now,
        narrowed=[*listparts.named(name, page.question, now.date()), *(said for said, _ in chips)],
    )  # fmt: skip


# --- my files


@blueprint.get("/xuat-tep")
@requires(Permission.VIEW_DOSSIERS)
def exports() -> ResponseReturnValue:
    """The files I asked for, the newest first."""
    found = keptlists.exports(reading(), current_user.user_id)
    titles = {name: one.columns.title for name, one in lists.LISTS.items()} | words.PAPERS
    return render_template("lists/exports.html", exports=found, titles=titles, words=words, now=clock.now())


@blueprint.get("/xuat-tep/<int:export_id>/tep")
@requires(Permission.VIEW_DOSSIERS)
def fetch(export_id: int) -> ResponseReturnValue:
    """One of my files."""
    found = keptlists.export(reading(), export_id, current_user.user_id)
    path = exportfiles.path_of(current_app.config["SETTINGS"].var, found.id, found.form)
    if found.status != "ready" or not path.exists():
        raise NotFound
    with transaction() as session:
        service.fetched(session, found.id, user_id=current_user.user_id, now=clock.now())
    name = f"{_file_name(found.list_name)}-{found.created_at:%Y%m%d-%H%M}.{found.form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(path.stat().st_size),
    }  # fmt: skip
    return Response(_pieces(path), content_type=MIMES[found.form], headers=headers)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 16):
            yield piece


def _file_name(list_name: str) -> str:
    one = lists.LISTS.get(list_name)
    return one.columns.file_name if one else words.PAPER_FILES.get(list_name, list_name)
