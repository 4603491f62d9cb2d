"""The slip of an answer on its way to the printer, alone or with others in a file."""

from dataclasses import replace

from flask import current_app

from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import slip as slip_form
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries.slips import SlipSheet
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.papers import Outgoing


def answer(sheet: SlipSheet, dossier_id: int, size: Size) -> Outgoing:
    """The slip with the address of the public look-up."""
    paper = slip_form.paper(_addressed(sheet), size)
    return Outgoing(
        paper, sheet.slip.value, of_dossier(dossier_id), (dossier_id,), action="slip_printed",
        about=("dossier", sheet.code), facts={"slip": sheet.slip.value},
    )  # fmt: skip


def _addressed(sheet: SlipSheet) -> SlipSheet:
    settings = current_app.config["SETTINGS"]
    link = lookup_link(settings.public_url, settings.secret_key, sheet.code, sheet.token_hash)
    if link is None:
        return replace(sheet, qr=sheet.code)
    return replace(sheet, qr=link, lookup_url=f"{settings.public_url}/tra-cuu")
