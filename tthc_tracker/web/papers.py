"""A paper on its way to the printer: kept and counted, then set outside the transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.printouts.printout import Printout, form_version
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.services import audit, printing
from tthc_tracker.services.printing import Printed, PrintSlip
from tthc_tracker.web.unit_of_work import transaction

AT_A_TIME = 50  # papers kept in one transaction: nobody at a desk waits for five hundred


@dataclass(frozen=True)
class Outgoing:
    """A paper and what it is: kind and subject as services.printing has them, the dossiers on it.

    earlier: copies counted before; action: what the audit calls it, "" where a history notes it.
    """

    paper: Printout
    kind: str
    subject: str
    dossier_ids: tuple[int, ...] = ()
    dated_at: dt.datetime | None = None
    earlier: int = 0
    action: str = ""
    about: tuple[str, object] = ("", "")  # what the audit says it is about
    agency_id: int | None = None
    facts: Mapping[str, Any] | None = None


def size_asked(usual: Size = "a5") -> Size:
    """The size that the address asks for (?size=a4); `usual` where it asks for none that there is."""
    asked = request.args.get("size")
    return "a4" if asked == "a4" else ("a5" if asked == "a5" else usual)


def printed(one: Outgoing) -> bytes:
    """The paper as PDF, kept and counted.

    Raises:
        NotRenderedError: not now; try again later.
    """
    with transaction() as session:
        kept = _keep(session, one, clock.now())
    return one.paper.numbered(kept.copy).typeset()


def kept_papers(several: Sequence[Outgoing]) -> list[Printout]:
    """Many papers, each kept and counted, as they are to be set."""
    papers: list[Printout] = []
    now = clock.now()
    for start in range(0, len(several), AT_A_TIME):
        with transaction() as session:
            some = several[start : start + AT_A_TIME]
            papers += [one.paper.numbered(_keep(session, one, now).copy) for one in some]
    return papers


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the browser shows."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _keep(session: Session, one: Outgoing, now: dt.datetime) -> Printed:
    paper, person_id = one.paper, current_user.user_id
    command = PrintSlip(
        one.kind, one.subject, one.dated_at or paper.created_at, paper.size, paper.form, form_version(),
        paper.content, one.dossier_ids, one.earlier,
    )  # fmt: skip
    kept = printing.keep(session, command, person_id=person_id, now=now)
    if one.action:
        facts = dict(one.facts or {}) | {"copy": kept.copy, "sha256": kept.sha256}
        audit.note(
            session, one.action, actor_id=person_id, now=now, object_type=one.about[0],
            object_id=one.about[1], agency_id=one.agency_id, facts=facts,
        )  # fmt: skip
    return kept
