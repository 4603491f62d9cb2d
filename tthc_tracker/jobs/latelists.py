"""Write the list of what is late as paper in the background: too long for whoever asked to wait for it."""

import datetime as dt
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.books import ANY_DAY
from tthc_tracker.jobs.work import Interrupted, Work
from tthc_tracker.printouts import late_list
from tthc_tracker.queries import accounts, lists, printouts, reception
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.keptlists import Export
from tthc_tracker.queries.printouts import DeskHead
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.services import exports, printing
from tthc_tracker.spreadsheets import exportfiles
from tthc_tracker.wording.jobs import INTERRUPTED
from tthc_tracker.wording.listings import not_on_paper, part_of_list

NO_LONGER = "Tài khoản không còn quyền in danh sách này."


def write(work: Work, export: Export) -> int | None:
    """Write one, with the rights its owner has by now; how many dossiers, None if he may not have it."""
    now = clock.now()
    late = _read(export, now)
    if late is None:
        with work.transaction() as session:
            exports.refuse(session, export.id, NO_LONGER)
        return None
    with exportfiles.written(exportfiles.path_of(work.var, export.id, export.form)) as draft:
        _set(work, export, draft, late, now)
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    with work.transaction() as session:
        subject = f"user:{export.user_id}"
        printing.keep_file(
            session, late_list.FORM, subject, now, digest, person_id=export.user_id, now=clock.now()
        )
        exports.finish(session, export.id, len(late.rows), now=clock.now())
    return len(late.rows)


@dataclass(frozen=True)
class Late:
    """What stands on the paper; left: what does not, in words."""

    head: DeskHead
    rows: tuple[Any, ...]
    filters: list[str]
    left: str


def _read(export: Export, now: dt.datetime) -> Late | None:
    """What its owner may see of it; None without the right."""
    told: dict[str, Any] = dict(export.question)
    kept = lists.kept(Listing.OVERDUE.value)
    with database.reading() as session:
        rights = accounts.rights_of(session, export.user_id, now.date())
        agency = reception.agency_by_code(session, told["agency"], now.date())
        if agency is None or kept.permission not in rights.permissions:
            return None
        asked = Asked(told["asked"], rights.scope, now, export.user_id, rights.memberships)
        most = exports.MOST_ON_PAPER if export.form == "zip" else exports.BOOK_IN_ONE
        rows = tuple(lists.rows(session, kept, asked, most=most))
        count = kept.count(session, asked)
        head = printouts.desk_head(session, agency.id, late_list.FORM, now.date())
    filters = [told["filters"]] if told["filters"] else []
    return Late(head, rows, filters, not_on_paper(len(rows), count.number, more=count.more))


def _set(work: Work, export: Export, draft: Path, late: Late, now: dt.datetime) -> None:
    """Set it file by file, one in memory at a time, and say how far that has come."""
    if export.form != "zip":
        draft.write_bytes(late_list.paper(late.head, late.rows, late.filters, late.left, now).typeset())
        return
    size, total = exports.BOOK_IN_ONE, len(late.rows)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as file:
        for part, after in enumerate(range(0, total, size), start=1):
            if work.stopping.is_set():
                raise Interrupted(INTERRUPTED)
            some = late.rows[after : after + size]
            said = " ".join(filter(None, (part_of_list(after, after + len(some), total), late.left)))
            content = late_list.paper(late.head, some, late.filters, said, now).typeset()
            file.writestr(zipfile.ZipInfo(f"cham-tre-{part:02}.pdf", ANY_DAY), content, zipfile.ZIP_DEFLATED)
            with work.transaction() as session:
                exports.come_to(session, export.id, after + len(some))
