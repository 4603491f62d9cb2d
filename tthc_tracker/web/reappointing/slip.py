"""The letter of apology as PDF."""

from dataclasses import replace

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import apology as form
from tthc_tracker.queries.apologyslips import apology_sheet
from tthc_tracker.services import audit
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.get("/ho-so/<code>/van-ban-xin-loi.pdf")
@requires(Permission.DRAFT_APOLOGIES)
def letter(code: str) -> ResponseReturnValue:
    """The letter that was approved."""
    demand(Permission.DRAFT_APOLOGIES, code)
    sheet, settings = apology_sheet(reading(), code, current_user.scope), current_app.config["SETTINGS"]
    link = lookup_link(settings.public_url, settings.secret_key, sheet.code, sheet.token_hash)
    with transaction() as session:
        audit.note(
            session, "slip_printed", actor_id=current_user.user_id, now=clock.now(), object_type="dossier",
            object_id=sheet.code, facts={"slip": "apology"},
        )  # fmt: skip
    return Response(
        form.render(replace(sheet, qr=link or sheet.code)),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="van-ban-xin-loi-{sheet.code}.pdf"'},
    )
