"""What is held on one person, to be taken along: for machines, or to be read."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.queries import personexport
from tthc_tracker.services import personaldata
from tthc_tracker.services.personaldata import Permitted
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.personaldata import page
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.forms import ExportForm
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import personaldata as words


@blueprint.post("/xuat")
@requires(Permission.EXPORT_PERSONAL)
def export() -> ResponseReturnValue:
    """Note it, then give it out."""
    asked, form, now = page.asked(request.form), ExportForm(), clock.now()
    if asked is None:
        return page.forgotten()
    if not form.validate_on_submit():
        return page.render(reading(), asked, export=form), 422
    command = form.to_command(asked.number)
    try:
        with transaction() as session:
            may = personaldata.export(session, command, person=current_user, secret=secret(), now=now)
    except InvalidInput as fault:
        status = show(form, fault)
        return page.render(reading(), asked, export=form), status
    return _file(may) if command.form == "json" else _paper(asked, may)


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


def _paper(asked: page.Asked, may: Permitted) -> str:
    records = personexport.records(reading(), may.dossier_ids, may.person_ids)
    return render_template(
        "personaldata/record.html", asked=asked, records=records, may=may, words=words, now=clock.now()
    )
