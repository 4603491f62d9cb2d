"""The receipt of a dossier as PDF."""

from dataclasses import replace

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import joint_receipt as joint_form
from tthc_tracker.printouts import receipt as receipt_form
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries import jointreceipts
from tthc_tracker.queries.printouts import RECEIPT, ReceiptSheet, receipt_sheet
from tthc_tracker.queries.printouts import addressed as with_address
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.services.receptionchanges import PrintReceipt, print_receipt
from tthc_tracker.web.access import requires
from tthc_tracker.web.errors import page as error_page
from tthc_tracker.web.papers import Outgoing, pdf, printed, size_asked
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.get("/ho-so/<code>/giay-tiep-nhan.pdf")
@requires(Permission.PRINT_RECEIPT)
def receipt(code: str) -> ResponseReturnValue:
    """The receipt on A5, or with ?size=a4; every copy after the original is noted in the history."""
    try:
        return receipt_response(code, size_asked())
    except NotNow:
        return error_page(409)


@blueprint.get("/ho-so/<code>/giay-tiep-nhan-chung.pdf")
@requires(Permission.PRINT_RECEIPT)
def joint_receipt(code: str) -> ResponseReturnValue:
    """One receipt with the list of all dossiers handed in together; each counts the print."""
    try:
        return joint_response(code, size_asked())
    except NotNow:
        return error_page(409)


def joint_response(code: str, size: receipt_form.Size) -> Response:
    """Count the print of each, then set the sheet; a dossier that stands alone gets its own receipt.

    Raises:
        NotFound, NotAllowed, NotNow: no receipt of one of them for this person.
    """
    secret = current_app.config["SETTINGS"].secret_key
    codes = jointreceipts.together_with(reading(), code, current_user.scope)
    if not codes:
        return receipt_response(code, size)
    with transaction() as session:
        ids = [
            print_receipt(session, PrintReceipt(one), actor=current_user, now=clock.now(), secret=secret).id
            for one in codes
        ]
    sheet = jointreceipts.joint_sheet(reading(), ids[0], current_user.scope)
    sheet = replace(sheet, first=addressed(sheet.first, secret))
    one = _outgoing(joint_form.paper(sheet, size), ids, sheet.first.prints)
    return pdf(printed(one), f"giay-tiep-nhan-chung-{codes[0]}")


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
    one = _outgoing(receipt_form.paper(sheet, size), [dossier_id], sheet.prints)
    return pdf(printed(one), f"giay-tiep-nhan-{sheet.code}")


def _outgoing(paper: Printout, ids: list[int], prints: int) -> Outgoing:
    """A receipt: its prints are counted on the dossier, which began before papers were kept."""
    return Outgoing(paper, RECEIPT, of_dossier(ids[0]), tuple(ids), earlier=prints - 1)


def addressed(sheet: ReceiptSheet, secret: str) -> ReceiptSheet:
    """The sheet with the address of the public look-up."""
    return with_address(sheet, current_app.config["SETTINGS"].public_url, secret)
