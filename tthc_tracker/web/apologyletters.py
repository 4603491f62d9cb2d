"""The letter of apology on its way to the printer, alone or with others in a file."""

from dataclasses import replace

from flask import current_app

from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import apology as form
from tthc_tracker.printouts.receipt import Size
from tthc_tracker.queries.apologyslips import FORM, ApologySheet
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.papers import Outgoing


def apology_letter(sheet: ApologySheet, dossier_id: int, size: Size) -> Outgoing:
    """The letter with the address of the public look-up in its QR."""
    settings = current_app.config["SETTINGS"]
    link = lookup_link(settings.public_url, settings.secret_key, sheet.code, sheet.token_hash)
    return Outgoing(
        form.paper(replace(sheet, qr=link or sheet.code), size), FORM, of_dossier(dossier_id), (dossier_id,),
        action="slip_printed", about=("dossier", sheet.code), facts={"slip": FORM},
    )  # fmt: skip
