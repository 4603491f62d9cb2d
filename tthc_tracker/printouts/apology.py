"""Văn bản xin lỗi và đề nghị gia hạn (Mẫu số 04), as prints in real use are: on A4, or the law's A5."""

from collections.abc import Sequence
from typing import Any

from tthc_tracker.printouts.printout import Printout, several
from tthc_tracker.printouts.receipt import Size, addressed, head_data
from tthc_tracker.queries.apologyslips import ApologySheet
from tthc_tracker.queries.printouts import SheetParty
from tthc_tracker.wording.formats import spoken_moment
from tthc_tracker.wording.places import place_of

HEAD = "THỦ TRƯỞNG ĐƠN VỊ GIẢI QUYẾT"


def render(sheet: ApologySheet, size: Size = "a4") -> bytes:
    """The letter on one page, as a tagged PDF; the same sheet gives the same bytes.

    Long values make the type smaller, down to 7 pt.
    """
    return paper(sheet, size).typeset()


def paper(sheet: ApologySheet, size: Size = "a4") -> Printout:
    """The letter before it is set."""
    return Printout("apology", apology_data(sheet, size), sheet.at)


def together(papers: Sequence[Printout]) -> Printout:
    """Several letters in one file, each as it is set alone."""
    return several("apologies", f"{len(papers)} văn bản xin lỗi", papers)


def apology_data(sheet: ApologySheet, size: Size = "a4") -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    filer = sheet.addressee
    received = f"{spoken_moment(sheet.accepted_at)}, {sheet.received_at}" if sheet.accepted_at else sheet.desk
    return head_data(sheet, sheet.at) | {
        "size": size,
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
