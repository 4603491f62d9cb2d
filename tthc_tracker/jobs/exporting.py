"""Write the files of lists that are too long to wait for: one at a time, read in short batches."""

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.jobs import books, latelists
from tthc_tracker.jobs.work import Interrupted, Work
from tthc_tracker.queries import accounts, keptlists, listing, lists
from tthc_tracker.queries.keptlist import Asked, AtOnce, KeptList
from tthc_tracker.queries.keptlists import Export
from tthc_tracker.services import exports
from tthc_tracker.spreadsheets import csvtext, exportfiles, workbook
from tthc_tracker.wording.columns import Column, See, in_file
from tthc_tracker.wording.jobs import INTERRUPTED

BATCH = 2_000
NO_LONGER = "Tài khoản không còn quyền mở danh sách này."


def write_exports(work: Work) -> dict[str, Any]:
    """Write every file that waits. A run that ended half-way begins its file again."""
    counts = {"files": 0, "rows": 0}
    while (taken := _take(work)) is not None:
        rows = _write(work, taken)
        if rows is not None:
            counts = {"files": counts["files"] + 1, "rows": counts["rows"] + rows}
    return counts


def _take(work: Work) -> Export | None:
    with work.transaction() as session:
        export_id = exports.take(session)
        if export_id is None:
            return None
        session.flush()
        return keptlists.waiting_export(session, export_id)


def _write(work: Work, export: Export) -> int | None:
    """Write one, with the rights its owner has by now; how many rows, None if he may not have it."""
    if export.list_name == exports.BOOK:
        return books.write(work, export)
    if export.list_name == exports.LATE_LIST:
        return latelists.write(work, export)
    try:
        one = lists.kept(export.list_name)
    except NotFound:
        _refuse(work, export)
        return None
    now = clock.now()
    with database.reading() as session:
        rights = accounts.rights_of(session, export.user_id, now.date())
        see = See.at(now, listing.stale_before(session, now))
    if not {one.permission, Permission.EXPORT_LISTS} <= rights.permissions:
        _refuse(work, export)
        return None
    asked = Asked(export.question, rights.scope, now, export.user_id, rights.memberships)
    columns = in_file(one.columns.chosen(export.columns))
    with exportfiles.written(exportfiles.path_of(work.var, export.id, export.form)) as draft:
        rows = _written(draft, export.form, one, columns, _rows(work, one, asked, export.form), see)
    with work.transaction() as session:
        exports.finish(session, export.id, rows, now=clock.now())
    return rows


def _written(
    draft: Path, form: str, one: KeptList, columns: tuple[Column, ...], rows: Iterator[Any], see: See
) -> int:
    if form == "xlsx":
        return workbook.write(draft, one.columns.title, columns, rows, see)
    counted = _Counted(rows)
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csvtext.listed(columns, counted, see))
    return counted.number


def _rows(work: Work, one: KeptList, asked: Asked, form: str) -> Iterator[Any]:
    """The rows, a session for each batch: a long file holds no snapshot of the database."""
    most = workbook.MOST_ROWS if form == "xlsx" else sys.maxsize
    if one.at_once is not None:
        with database.reading() as session:
            keys = one.at_once.keys(session, asked)
        if keys is not None:
            return _by_keys(work, one.at_once, asked, keys[:most])
    return _by_pages(work, one, asked, most)


def _by_keys(work: Work, at_once: AtOnce, asked: Asked, keys: Sequence[Any]) -> Iterator[Any]:
    for begin in range(0, len(keys), BATCH):
        _go_on(work)
        with database.reading() as session:
            rows = at_once.rows(session, asked, keys[begin : begin + BATCH])
        yield from rows


def _by_pages(work: Work, one: KeptList, asked: Asked, left: int) -> Iterator[Any]:
    after = ""
    while left > 0:
        _go_on(work)
        with database.reading() as session:
            page = one.page(session, asked, after, min(BATCH, left))
        yield from page.rows
        after, left = page.after, left - len(page.rows)
        if not after:
            return


def _go_on(work: Work) -> None:
    if work.stopping.is_set():
        raise Interrupted(INTERRUPTED)


class _Counted:
    """Rows, and how many have passed."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.number += 1
            yield row


def _refuse(work: Work, export: Export) -> None:
    with work.transaction() as session:
        exports.refuse(session, export.id, NO_LONGER)


def forget_files(work: Work, now: dt.datetime) -> int:
    """Remove the files whose week is over; how many."""
    lying = exportfiles.lying(work.var)
    with work.transaction() as session:
        exports.sweep(session, now)
    with database.reading() as session:
        known = keptlists.known_exports(session)
    return exportfiles.forget(lying, known)
