"""Văn bản xin lỗi và đề nghị gia hạn (Mẫu số 04), on A4; laid out as prints in real use are."""

from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.printouts.receipt import addressed, head_data
from tthc_tracker.queries.apologyslips import ApologySheet
from tthc_tracker.queries.printouts import SheetParty
from tthc_tracker.wording.formats import spoken_moment
from tthc_tracker.wording.places import place_of

HEAD = "THỦ TRƯỞNG ĐƠN VỊ GIẢI QUYẾT"


def render(sheet: ApologySheet) -> bytes:
    """The letter as a tagged PDF; the same sheet gives the same bytes."""
    return paper(sheet).typeset()


def paper(sheet: ApologySheet) -> Printout:
    """The letter before it is set."""
    return Printout("apology", apology_data(sheet), sheet.at)


def apology_data(sheet: ApologySheet) -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    filer = sheet.addressee
    received = f"{spoken_moment(sheet.accepted_at)}, {sheet.received_at}" if sheet.accepted_at else sheet.desk
    return head_data(sheet, sheet.at) | {
        "size": "a4",
        "place": place_of(sheet.desk),
        "fields": [{"label": words, "value": value} for words, value in _fields(filer)],
        "received": (
            f"{received} tiếp nhận hồ sơ lĩnh vực {sheet.sector} của {addressed(filer)}: {sheet.procedure} "
            f"(mã {sheet.procedure_code}); mã hồ sơ {sheet.code}."
        ),
        "due": spoken_moment(sheet.due_at) if sheet.due_at else "",
        "late": f"{sheet.desk} chưa trả được kết quả đúng thời hạn nêu trên",
        "reason": sheet.reason,
        "sorry": f"{sheet.desk} xin lỗi {addressed(filer)} về sự chậm trễ này.",
        "second": spoken_moment(sheet.second),
        "copies": ["Như trên;", f"{sheet.received_at};", "Lưu: VT, hồ sơ."],
        "signer": sheet.signature.name,
        "signed_as": list(sheet.signature.lines or (HEAD,)),
    }


def _fields(filer: SheetParty) -> list[tuple[str, str]]:
    """Whom it goes to; without a number or an address of his there is no empty line for it."""
    ways = (
        [("Số điện thoại", filer.phone), ("Email", filer.email)] if filer.phone else [("Email", filer.email)]
    )
    rest = [("Địa chỉ", filer.address), *ways]
    return [(f"Kính gửi {addressed(filer)}", filer.name), *(one for one in rest if one[1] or filer.phone)]
