"""The receipt of a dossier as PDF."""

from dataclasses import replace

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import receipt as receipt_form
from tthc_tracker.queries.printouts import ReceiptSheet, receipt_sheet
from tthc_tracker.services.receptionchanges import PrintReceipt, print_receipt
from tthc_tracker.web.access import requires
from tthc_tracker.web.errors import page as error_page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.get("/ho-so/<code>/giay-tiep-nhan.pdf")
@requires(Permission.PRINT_RECEIPT)
def receipt(code: str) -> ResponseReturnValue:
    """The receipt on A5, or with ?size=a4; every copy after the original is noted in the history."""
    try:
        return receipt_response(code, "a4" if request.args.get("size") == "a4" else "a5")
    except NotNow:
        return error_page(409)


def receipt_response(code: str, size: receipt_form.Size) -> Response:
    """Count the print, then set the sheet as it stands, outside the transaction.

    Raises:
        NotFound, NotAllowed, NotNow: no receipt of this dossier for this person.
    """
    secret = current_app.config["SETTINGS"].secret_key
    with transaction() as session:
        command = PrintReceipt(code)
        dossier = print_receipt(session, command, actor=current_user, now=clock.now(), secret=secret)
        dossier_id = dossier.id
    sheet = addressed(receipt_sheet(reading(), dossier_id), secret)
    pdf = receipt_form.render(sheet, size)
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="giay-tiep-nhan-{sheet.code}.pdf"'},
    )


def addressed(sheet: ReceiptSheet, secret: str) -> ReceiptSheet:
    """The sheet with the address of the public look-up."""
    public_url = current_app.config["SETTINGS"].public_url
    link = lookup_link(public_url, secret, sheet.code, sheet.token_hash)
    if link is None:
        return replace(sheet, qr=sheet.code)
    return replace(sheet, qr=link, lookup_url=f"{public_url}/tra-cuu")
