"""Phiếu yêu cầu bổ sung, phiếu từ chối, thông báo dừng: A5 by law, A4 for offices without A5 paper."""

from collections.abc import Sequence
from typing import Any

from tthc_tracker.printouts.printout import Printout, several
from tthc_tracker.printouts.receipt import Size, addressed, head_data, papers_data
from tthc_tracker.queries.slips import Slip, SlipSheet, Stopped
from tthc_tracker.wording import formats


def render(sheet: SlipSheet, size: Size = "a5") -> bytes:
    """The slip as a tagged PDF; the same sheet gives the same bytes.

    Long values make the type smaller, down to 7 pt; what does not fit even so runs on to a next page.
    """
    return paper(sheet, size).typeset()


def paper(sheet: SlipSheet, size: Size = "a5") -> Printout:
    """The slip before it is set."""
    return Printout("answer_slip", slip_data(sheet, size), sheet.at)


def together(papers: Sequence[Printout]) -> Printout:
    """Several slips in one file, each as it is set alone."""
    return several("answer_slips", f"{len(papers)} phiếu", papers)


def slip_data(sheet: SlipSheet, size: Size) -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    told = sheet.request is None
    return head_data(sheet, sheet.at) | {
        "size": size,
        "fields": [{"label": words, "value": value} for words, value in _fields(sheet)],
        "intro": _intro(sheet),
        "papers": papers_data(sheet.request.papers) if sheet.request else [],
        "lines": [{"label": words, "value": value} for words, value in _lines(sheet)],
        "notes": [*(["Xin thông báo cho Ông/Bà được biết và thực hiện."] if told else []), _help(sheet)],
        "signatures": [
            *([] if sheet.request else [{"who": "NGƯỜI NỘP HỒ SƠ", "name": sheet.applicant.name}]),
            {"who": _SIGNS[sheet.slip], "name": sheet.clerk},
        ],
    }


_SIGNS = {
    Slip.SUPPLEMENT: "NGƯỜI HƯỚNG DẪN",
    Slip.REFUSAL: "NGƯỜI TỪ CHỐI",
    Slip.STOP: "NGƯỜI RA THÔNG BÁO",
}


def _fields(sheet: SlipSheet) -> list[tuple[str, str]]:
    filer = sheet.applicant
    what = "hồ sơ/yêu cầu" if sheet.request else "hồ sơ"
    return [
        (f"Tiếp nhận {what} của {addressed(filer)}", filer.name),
        ("Nội dung yêu cầu giải quyết", f"{sheet.procedure} (mã {sheet.procedure_code})"),
        ("Địa chỉ", filer.address),
        ("Số điện thoại", filer.phone),
        ("Email", filer.email),
    ]


def _intro(sheet: SlipSheet) -> str:
    if sheet.slip is Slip.REFUSAL:
        return (
            f"Qua xem xét, {sheet.desk} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể "
            "như sau:"
        )
    if sheet.slip is Slip.STOP:
        return f"{sheet.desk} thông báo dừng giải quyết hồ sơ này như sau:"
    return "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:"


def _lines(sheet: SlipSheet) -> list[tuple[str, str]]:
    """The reason, and of a request what the law asks for besides the paper (forms.md A.2)."""
    request = sheet.request
    if sheet.stopped is not None:
        return _stopped_lines(sheet, sheet.stopped)
    if request is None:
        return [("Lý do", sheet.reason)]
    stage = "khi thẩm định" if sheet.at_appraisal else "khi tiếp nhận"
    content = [("Nội dung khác cần hoàn thiện", request.content)] if request.content else []
    return [
        *content,
        ("Lý do", sheet.reason),
        ("Căn cứ", request.basis),
        ("Thời điểm yêu cầu", f"{formats.spoken_moment(sheet.at)} ({stage})"),
        ("Hạn bổ sung", f"hết ngày {formats.day(request.reply_by)}"),
    ]


def _stopped_lines(sheet: SlipSheet, stopped: Stopped) -> list[tuple[str, str]]:
    """What a notice of a stop has to say at least: its layout was not to be had (forms.md A.5)."""
    lines = [
        ("Tiếp nhận", formats.spoken_moment(stopped.accepted_at) if stopped.accepted_at else ""),
        ("Hẹn trả kết quả", formats.spoken_moment(stopped.due_at) if stopped.due_at else ""),
        ("Theo", stopped.request),
        ("Lý do dừng", sheet.reason),
        ("Căn cứ", stopped.basis),
        ("Dừng từ", formats.spoken_moment(sheet.at)),
        ("Giấy tờ, phí trả lại", stopped.given_back),
    ]
    return [(words, value) for words, value in lines if value]


def _help(sheet: SlipSheet) -> str:
    """Where to ask, by the ways that this installation really has."""
    ways = []
    if sheet.lookup_url:
        ways.append(f"tra cứu tại Website: {sheet.lookup_url}")
    phone = f", số điện thoại {sheet.agency_phone}" if sheet.agency_phone else ""
    ways.append(f"liên hệ với công chức {sheet.clerk}{phone} để được hướng dẫn./.")
    when = "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc" if sheet.request else "Nếu có vướng mắc"
    return f"{when}, Ông/Bà có thể {' hoặc '.join(ways)}"
