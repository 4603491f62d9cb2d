"""Write a desk's book of a year in the background: its lines numbered, then volume by volume."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.jobs.work import Interrupted, Work
from tthc_tracker.printouts.register import LINES, Volume, paper
from tthc_tracker.queries import accounts, printouts, reception, registers, scoping
from tthc_tracker.queries.keptlists import Export
from tthc_tracker.queries.reception import Desk
from tthc_tracker.services import exports, printing
from tthc_tracker.services import registers as service
from tthc_tracker.spreadsheets import exportfiles
from tthc_tracker.wording.jobs import INTERRUPTED
from tthc_tracker.wording.registers import chosen

NO_LONGER = "Tài khoản không còn quyền in sổ của cơ quan này."
ANY_DAY = (1980, 1, 1, 0, 0, 0)  # of the files in a ZIP


def write(work: Work, export: Export) -> int | None:
    """Write one book, with the rights its owner has by now; how many lines, None if he may not have it."""
    now, year = clock.now(), int(export.question["year"])
    desk = _desk(export, now)
    if desk is None:
        with work.transaction() as session:
            exports.refuse(session, export.id, NO_LONGER)
        return None
    total = _number(work, desk, year, now)
    with exportfiles.written(exportfiles.path_of(work.var, export.id, export.form)) as draft:
        _set(work, export, draft, _volumes(desk, year, export, total, now))
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    with work.transaction() as session:
        start, _ = registers.year_of(year, now.tzinfo)
        subject = f"agency:{desk.id}"
        printing.keep_file(
            session, registers.FORM, subject, start, digest, person_id=export.user_id, now=clock.now()
        )
        exports.finish(session, export.id, total, now=clock.now())
    return total


def _desk(export: Export, now: dt.datetime) -> Desk | None:
    """The agency of the book, if its owner still works there with that right."""
    with database.reading() as session:
        desk = reception.agency_by_code(session, export.question["agency"], now.date())
        rights = accounts.rights_of(session, export.user_id)
        held = scoping.rights_on(session, rights.memberships, [desk.id]) if desk else frozenset()
        return desk if Permission.PRINT_REGISTER in held else None


def _number(work: Work, desk: Desk, year: int, now: dt.datetime) -> int:
    """Number what came since, in short transactions; how many lines the book has then."""
    while True:
        with work.transaction() as session:
            if service.number(session, desk.id, year, now.tzinfo) == 0:
                return registers.last_number(session, desk.id, year)


def _volumes(
    desk: Desk, year: int, export: Export, total: int, now: dt.datetime
) -> Iterator[tuple[str, int, bytes]]:
    """Each volume by its name, with the number it ends with. One is in memory at a time."""
    columns, size = chosen(export.columns), LINES if export.form == "zip" else max(total, 1)
    with database.reading() as session:
        day = min(now.date(), dt.date(year, 12, 31))
        head = printouts.desk_head(session, desk.id, registers.FORM, day)
    for volume, after in enumerate(range(0, max(total, 1), size), start=1):
        with database.reading() as session:
            lines = registers.lines(session, desk.id, year, after=after, most=min(size, total - after))
        end = after + len(lines)
        which = Volume(year, volume, total, last=end >= total)
        name = f"so-theo-doi-{year}-quyen-{volume:02}.pdf"
        yield name, end, paper(head, which, columns, lines, now).typeset()


def _set(work: Work, export: Export, draft: Path, volumes: Iterator[tuple[str, int, bytes]]) -> None:
    """Write the volumes, and how far they have come."""
    with zipfile.ZipFile(draft if export.form == "zip" else io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as file:
        for name, end, content in volumes:
            if work.stopping.is_set():
                raise Interrupted(INTERRUPTED)
            if export.form == "zip":
                file.writestr(zipfile.ZipInfo(name, ANY_DAY), content, zipfile.ZIP_DEFLATED)
            else:
                draft.write_bytes(content)
            with work.transaction() as session:
                exports.come_to(session, export.id, end)
