"""The page of a day's close, put together from reads; the same for a look and after a hand-over."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Request, render_template, url_for
from sqlalchemy.orm import Session

from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.queries import daychecks, dayclosing, worklists
from tthc_tracker.queries.daychecks import Fault
from tthc_tracker.queries.dayclosing import AtDesk, HandedOver
from tthc_tracker.queries.deskdays import DeskDay
from tthc_tracker.queries.handoverslips import Taker
from tthc_tracker.services.acting import Target
from tthc_tracker.services.dayclosing import HandOver, HandOverDay, RowResult
from tthc_tracker.web.listpages import address_of
from tthc_tracker.wording import dayclosing as words
from tthc_tracker.wording.receptions import FEE_METHODS, FEE_STATES

_KEY = re.compile(r"\A[0-9a-f]{32}\Z")


def render(session: Session, at: DeskDay, *, results: Sequence[RowResult] = (), problem: str = "") -> str:
    """The page; `results`: what became of each row of a hand-over, `problem`: why none was tried."""
    desk, zone = at.desk, at.now.tzinfo
    found = dayclosing.at_desk(session, desk.id, at.day, zone)
    fees = daychecks.fees(session, desk.id, at.day, zone)
    gone = [one.code for one in results if one.refused is None]
    given = dayclosing.on_their_way(session, gone) if gone else 0
    return render_template(
        "closing/day.html",
        at=at,
        desk_choices=[(one.code, one.name) for one in at.desks],
        found=found,
        most=dayclosing.MOST,
        figures=daychecks.figures(session, desk.id, at.day, zone),
        handed_over=dayclosing.handed_over(session, desk.id, at.day, zone),
        to_collect=worklists.to_collect(session, desk.id, at.now),
        fees=[(FEE_STATES[fee.state], FEE_METHODS.get(fee.method or "", ""), fee) for fee in fees],
        faults=_faults(session, at, found),
        refused=[(one.code, words.refusal(one.refused)) for one in results if one.refused],
        done=given,
        kept=len(gone) - given,
        problem=problem,
        submission_key=secrets.token_hex(16),
        slip_url=lambda given: _slip_url(at, given),
        list_url=lambda name: address_of(name) + _asked(at),
    )


def _asked(at: DeskDay) -> str:
    """Desk and day for the address of a list; of today and one's first desk nothing, so that a view that is
    saved of it is each day's own."""
    desk = {"quay": at.desk.code} if at.desk is not at.desks[0] else {}
    asked = desk | ({"ngay": at.day.isoformat()} if at.day != at.now.date() else {})
    return "?" + urlencode(asked) if asked else ""


def _slip_url(at: DeskDay, given: HandedOver) -> str:
    day = at.day.isoformat()
    return url_for("closing.slip", quay=at.desk.code, ngay=day, co_quan=given.agency_id, phong=given.unit_id)


def taker_of(args: Mapping[str, str]) -> Taker:
    """To whom the slip goes, from its address; somebody who does not exist was given nothing."""
    return Taker(_whole(args.get("co_quan")) or 0, _whole(args.get("phong")))


def _faults(session: Session, at: DeskDay, found: AtDesk) -> list[Fault]:
    late = dayclosing.late_handovers(found, at.desk.id, at.now)
    return [
        *(Fault(one.code, one.procedure, Mismatch.NOT_HANDED_OVER) for one in late),
        *daychecks.faults(session, at.desk.id, at.day, at.now.tzinfo),
    ]


def command_of(request: Request, desk_id: int) -> HandOverDay:
    """The rows that were ticked, each with the version it was shown in and the unit chosen for it."""
    form = request.form
    rows: dict[str, Any] = {
        code: HandOver(
            Target(code, _whole(form.get(f"version-{code}")) or 0), _whole(form.get(f"unit-{code}"))
        )
        for code in form.getlist("take")
    }
    given = form.get("submission_key", "")
    key = given if _KEY.match(given) else secrets.token_hex(16)
    return HandOverDay(key, desk_id, tuple(rows.values()))


def _whole(text: str | None) -> int | None:
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
