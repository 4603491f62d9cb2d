"""Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu số 01): A5 by law, A4 for offices without A5 paper."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol

from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.receptionfacts import Fee, Paper
from tthc_tracker.printouts.printout import Printout, codes_of, copy_words, several
from tthc_tracker.queries.printouts import Heading, ReceiptSheet, SheetParty
from tthc_tracker.wording import formats
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.ledgers import limit_words
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.receptions import FEE_METHODS

Size = Literal["a5", "a4"]

BY_PORTAL = "Trực tuyến, qua Cổng dịch vụ công"
BY_POST = "Qua dịch vụ bưu chính công ích, đến: {}"


def render(sheet: ReceiptSheet, size: Size = "a5") -> bytes:
    """The receipt on one page, as a tagged PDF; the same sheet gives the same bytes.

    Long values make the type smaller, down to 7 pt. If the papers do not fit even so, those that do stay on
    the page with a line that counts the rest, and an annex on the next page lists them all.
    """
    return paper(sheet, size).typeset()


def paper(sheet: ReceiptSheet, size: Size = "a5") -> Printout:
    """The receipt before it is set."""
    return Printout("receipt", receipt_data(sheet, size), sheet.accepted_at)


def together(papers: Sequence[Printout]) -> Printout:
    """Several receipts in one file, each as it is set alone."""
    return several("receipts", f"{len(papers)} giấy tiếp nhận", papers)


def receipt_data(sheet: ReceiptSheet, size: Size) -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    return head_data(sheet, sheet.accepted_at) | {
        "size": size,
        "fields": [{"label": words, "value": value} for words, value in _fields(sheet)],
        "papers": papers_data(sheet.papers),
        "lines": [{"label": words, "value": value} for words, value in _lines(sheet)],
        "note": _note(sheet),
        "annex": sheet.annex,
        "applicant": sheet.applicant.name,
        "clerk": sheet.clerk,
        "copy": copy_words(sheet.prints),
    }


class Headed(Protocol):
    """What every slip says at its top."""

    @property
    def heading(self) -> Heading: ...
    @property
    def agency(self) -> str: ...
    @property
    def desk(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def qr(self) -> str: ...


def head_data(sheet: Headed, day: dt.datetime) -> dict[str, Any]:
    """The head and the codes of a slip of that day."""
    return codes_of(sheet.code, sheet.qr) | {
        "heading": {
            "title": sheet.heading.title,
            "basis": ", ".join(filter(None, (sheet.heading.number, sheet.heading.basis))),
        },
        "superior": sheet.agency,
        "desk": sheet.desk,
        "place": place_of(sheet.agency),
        "code": sheet.code,
        "day": f"ngày {day.day:02} tháng {day.month:02} năm {day.year}",
    }


def papers_data(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """Papers as the table of a slip shows them; a count of none stays empty."""
    return [
        {"name": one.name, "counts": [_count(one.originals), _count(one.certified), _count(one.copies)]}
        for one in papers
    ]


def _count(number: int) -> str:
    return str(number) if number else ""


def addressed(party: SheetParty) -> str:
    """How a slip addresses somebody."""
    return "Ông (Bà)" if party.kind is ApplicantKind.CITIZEN else "Tổ chức"


def _fields(sheet: ReceiptSheet) -> list[tuple[str, str]]:
    """Who filed what: forms of the one-stop, Mẫu số 01, items 2 to 8."""
    filer = sheet.applicant
    number = "Số căn cước/Hộ chiếu" if filer.kind is ApplicantKind.CITIZEN else "Mã số thuế/Số quyết định"
    fields = [
        (f"Tiếp nhận hồ sơ của {addressed(filer)}", f"{filer.name} ({label(sheet.channel).lower()})"),
        ("Địa chỉ", filer.address),
        ("Số điện thoại", filer.phone),
        ("Email", filer.email),
        (number, filer.id_number),
        ("Nội dung yêu cầu giải quyết", f"{sheet.procedure} (mã {sheet.procedure_code})"),
    ]
    if sheet.abstract:
        fields.append(("Trích yếu", sheet.abstract))
    if sheet.owner is not None:
        fields.append(("Chủ hồ sơ", sheet.owner.name))
        fields.append(("Địa chỉ chủ hồ sơ", sheet.owner.address))
    return fields


def _lines(sheet: ReceiptSheet) -> list[tuple[str, str]]:
    """Items 10 to 16: sets, limit, the two moments, where the result is collected, fees."""
    due = formats.spoken_moment(sheet.due_at)
    if sheet.provisional:
        due += " (dự kiến: lịch nghỉ của năm này chưa công bố)"
    limit = limit_words(sheet.limit) if sheet.limit else "theo ngày hẹn"
    resolver = "" if sheet.resolving == sheet.agency else f" (cơ quan giải quyết: {sheet.resolving})"
    within = formats.spoken_moment(sheet.resolving_due_at) if sheet.resolving_due_at else ""
    return [
        ("Số lượng hồ sơ", _sets(sheet)),
        ("Thời gian giải quyết hồ sơ theo quy định là", limit + resolver),
        ("Thời gian nhận hồ sơ", formats.spoken_moment(sheet.accepted_at)),
        ("Thời gian trả kết quả giải quyết hồ sơ", due),
        *([("Trong đó, hạn tại cơ quan giải quyết", within)] if within else []),
        ("Đăng ký nhận kết quả tại", where_collected(sheet)),
        ("Phí, lệ phí (nếu có)", _fee(sheet.fee)),
    ]


def where_collected(sheet: ReceiptSheet) -> str:
    """Where the applicant has asked to get his result: at a desk, online, or at home by post."""
    if sheet.by_portal:
        return BY_PORTAL
    return BY_POST.format(sheet.post_address) if sheet.post_address else sheet.returning


def _sets(sheet: ReceiptSheet) -> str:
    copies = f"; số bản kết quả yêu cầu: {sheet.quantity:02}" if sheet.quantity else ""
    return f"{sheet.sets:02} bộ{copies}"


def _fee(fee: Fee) -> str:
    match fee.state:
        case "paid":
            return f"{formats.money(fee.amount)}, đã nộp ({FEE_METHODS[fee.method or 'cash'].lower()})"
        case "due":
            return f"{formats.money(fee.amount)}, chưa nộp"
        case "exempt":
            return "được miễn"
        case _:
            return "không"


def _note(sheet: ReceiptSheet) -> str:
    """The note under the two moments, with the ways that this installation really has."""
    ways = []
    if sheet.lookup_url:
        ways.append(f"tra cứu tình hình giải quyết hồ sơ bằng mã QR hoặc tại địa chỉ {sheet.lookup_url}")
    if sheet.agency_phone:
        ways.append(f"liên hệ số điện thoại: {sheet.agency_phone}")
    further = f"; {', hoặc '.join(ways)}" if ways else ""
    return f"(Hồ sơ có thể giải quyết xong trước thời gian quy định{further}.)"
