"""What is held on one person, taken along once a second person has consented: for machines, or to be read."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.queries import personexport
from tthc_tracker.services import personalrequests
from tthc_tracker.services.personalrequests import SETTLED, Permitted
from tthc_tracker.web.access import requires
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import personaldata as words


@blueprint.post("/yeu-cau/<int:request_id>/tai")
@requires(Permission.EXPORT_PERSONAL)
def fetch(request_id: int) -> ResponseReturnValue:
    """Note it, then give it out."""
    form, now = request.form.get("form", ""), clock.now()
    try:
        with transaction() as session:
            may = personalrequests.fetch(
                session, request_id, form, person=current_user, secret=secret(), now=now
            )
    except (InvalidInput, NotNow) as fault:
        flash(fault.message if isinstance(fault, InvalidInput) else SETTLED, "error")
        return redirect(url_for("personaldata.request_page", request_id=request_id), 303)
    return _file(may) if form == "json" else _paper(may)


def _file(may: Permitted) -> Response:
    """Dossier after dossier: however many there are, one is in memory."""
    now = clock.now()
    headers = {"Content-Disposition": f'attachment; filename="du-lieu-ca-nhan-{now:%Y%m%d-%H%M}.json"'}
    return Response(_lines(may, now.isoformat()), content_type="application/json; charset=utf-8",
                    headers=headers)  # fmt: skip


def _lines(may: Permitted, at: str) -> Iterator[str]:
    yield f'{{"exported_at": {json.dumps(at)}, "notes": {_text(words.EXPORT_NOTES)}, "dossiers": ['
    with database.reading() as session:
        for position, one in enumerate(personexport.records(session, may.dossier_ids, may.person_ids)):
            yield (",\n" if position else "\n") + _text(asdict(one))
    yield "\n]}\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda other: other.isoformat())


def _paper(may: Permitted) -> str:
    records = personexport.records(reading(), may.dossier_ids, may.person_ids)
    return render_template("personaldata/record.html", records=records, may=may, words=words, now=clock.now())
