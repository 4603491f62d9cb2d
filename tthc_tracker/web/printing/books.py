"""Sổ theo dõi hồ sơ: choose desk, year and columns; a short book at once, a long one in the background."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts.register import Volume, paper
from tthc_tracker.queries import printouts, registers
from tthc_tracker.queries.reception import Desk
from tthc_tracker.services import audit, exports, printing
from tthc_tracker.services import registers as service
from tthc_tracker.web.access import requires
from tthc_tracker.web.papers import pdf
from tthc_tracker.web.printing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import keptlists as words
from tthc_tracker.wording.registers import ALWAYS, EVERY, chosen

AT_ONCE = 200  # lines: under a second; more is written by the scheduler
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Which:
    """The book that is asked for."""

    desk: Desk
    year: int
    columns: tuple[str, ...]
    reason: str


@blueprint.get("/so-theo-doi")
@requires(Permission.PRINT_REGISTER)
def register() -> ResponseReturnValue:
    """Which book to print."""
    return _form(_desks())


@blueprint.post("/so-theo-doi")
@requires(Permission.PRINT_REGISTER)
def print_register() -> ResponseReturnValue:
    """The book as PDF, or a file that is being written."""
    desks, now = _desks(), clock.now()
    try:
        which = _which(desks, now)
        total = registers.count(reading(), which.desk.id, which.year, now.tzinfo)
        if total > AT_ONCE:
            return _later(which, total, now)
    except InvalidInput as fault:
        return _form(desks, {fault.field: fault.message}), 422
    return pdf(_at_once(which, now), f"so-theo-doi-{which.desk.code}-{which.year}")


def _desks() -> list[Desk]:
    """The agencies whose books this person may print.

    Raises:
        NotAllowed: none.
    """
    desks = registers.desks_of(reading(), current_user.memberships, clock.now().date())
    if not desks:
        raise NotAllowed("no desk at work")
    return desks


def _form(desks: Sequence[Desk], errors: dict[str, str] | None = None) -> str:
    typed, year = request.form, clock.now().year
    return render_template(
        "printing/register.html",
        desks=[(one.code, one.name) for one in desks], columns=EVERY, always=ALWAYS, errors=errors or {},
        typed=typed, ticked=typed.getlist("cot") if typed else [one.key for one in EVERY],
        years=[(str(one), str(one)) for one in range(year, year - 6, -1)],
    )  # fmt: skip


def _which(desks: Sequence[Desk], now: dt.datetime) -> Which:
    """What the form says.

    Raises:
        InvalidInput: no such desk or year, no column, no reason.
    """
    form = request.form
    desk = next((one for one in desks if one.code == form.get("co_quan")), None)
    if desk is None:
        raise InvalidInput("co_quan", "Hãy chọn cơ quan.")
    text = form.get("nam", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if not FIRST_YEAR <= year <= now.year:
        raise InvalidInput("nam", f"Hãy chọn năm từ {FIRST_YEAR} đến {now.year}.")
    columns = tuple(column.key for column in chosen(form.getlist("cot") or ALWAYS))
    return Which(desk, year, columns, exports.checked_reason(form.get("reason", "")))


def _note(which: Which, total: int) -> dict[str, object]:
    columns = list(which.columns)
    return {"year": which.year, "dossiers": total, "columns": columns, "reason": which.reason}


def _later(which: Which, total: int, now: dt.datetime) -> ResponseReturnValue:
    user_id = current_user.user_id
    with transaction() as session:
        exports.request_book(
            session, which.desk.code, which.year, which.columns, which.reason, total, user_id=user_id, now=now
        )
        audit.note(
            session, "register_printed", actor_id=user_id, now=now, object_type="agency",
            object_id=which.desk.id, agency_id=which.desk.id, facts=_note(which, total),
        )  # fmt: skip
    flash(words.BOOK_FLASH, "info")
    return redirect(url_for("lists.exports"), 303)


def _at_once(which: Which, now: dt.datetime) -> bytes:
    """The book in one volume. What is numbered stays so, whether or not the paper comes out."""
    desk_id, year = which.desk.id, which.year
    with transaction() as session:
        service.number(session, desk_id, year, now.tzinfo)
    lines = registers.lines(reading(), desk_id, year, after=0, most=AT_ONCE * 2)
    head = printouts.desk_head(reading(), desk_id, registers.FORM, min(now.date(), dt.date(year, 12, 31)))
    volume = Volume(year, 1, len(lines), last=True)
    content = paper(head, volume, chosen(which.columns), lines, now).typeset()
    digest = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        start, _ = registers.year_of(year, now.tzinfo)
        printing.keep_file(
            session,
            registers.FORM,
            f"agency:{desk_id}",
            start,
            digest,
            person_id=current_user.user_id,
            now=now,
        )  # fmt: skip
        audit.note(
            session, "register_printed", actor_id=current_user.user_id, now=now, object_type="agency",
            object_id=desk_id, agency_id=desk_id, facts=_note(which, len(lines)) | {"sha256": digest},
        )  # fmt: skip
    return content
