"""The letter of apology as PDF."""

from dataclasses import replace

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import apology as form
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.apologyslips import FORM, apology_sheet
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.papers import Outgoing, pdf, printed
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ho-so/<code>/van-ban-xin-loi.pdf")
@requires(Permission.DRAFT_APOLOGIES)
def letter(code: str) -> ResponseReturnValue:
    """The letter that was approved."""
    demand(Permission.DRAFT_APOLOGIES, code)
    sheet, settings = apology_sheet(reading(), code, current_user.scope), current_app.config["SETTINGS"]
    link = lookup_link(settings.public_url, settings.secret_key, sheet.code, sheet.token_hash)
    dossier_id = dossiers.find(reading(), code, current_user.scope).dossier.id
    one = Outgoing(
        form.paper(replace(sheet, qr=link or sheet.code)), FORM, of_dossier(dossier_id), (dossier_id,),
        action="slip_printed", about=("dossier", sheet.code), facts={"slip": FORM},
    )  # fmt: skip
    return pdf(printed(one), f"van-ban-xin-loi-{sheet.code}")
