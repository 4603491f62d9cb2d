"""Công văn đôn đốc on A4, as PDF and as a document that Word opens: both from the same words."""

import datetime as dt
import json
from typing import Any

from tthc_tracker.printouts import worddocuments
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries.urging import FORM, LetterSheet
from tthc_tracker.wording.formats import day, moment, number
from tthc_tracker.wording.listings import NOBODY
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.urging import SUBJECT

HEAD = "THỦ TRƯỞNG CƠ QUAN"
ANNEX = "Danh sách hồ sơ quá hạn kèm theo Công văn số {number} ngày {day} của {agency}"
HEADS = ("STT", "Mã hồ sơ", "Thủ tục", "Tiếp nhận", "Hẹn trả", "Trễ (ngày)", "Cán bộ thụ lý")


def paper(sheet: LetterSheet) -> Printout:
    """The letter before it is set."""
    at, place = sheet.issued_at, place_of(sheet.agency)
    spoken = f"ngày {at.day:02} tháng {at.month:02} năm {at.year}"
    data: dict[str, Any] = {
        "title": f"Công văn đôn đốc {sheet.number}",
        "superior": sheet.superior,
        "agency": sheet.agency,
        "number": sheet.number,
        "subject": SUBJECT,
        "dated": f"{place}, {spoken}" if place else spoken,
        "to": sheet.to,
        "body": _body(sheet),
        "copies": ["Như trên;", *([f"{sheet.superior} (để b/c);"] if sheet.superior else []), "Lưu: VT."],
        "signed_as": list(sheet.signature.lines or (HEAD,)),
        "signer": sheet.signature.name,
        "annex": ANNEX.format(number=sheet.number, day=day(at.date()), agency=sheet.agency),
        "heads": list(HEADS),
        "rows": [
            [
                str(at_row), row.code, row.procedure, day(row.accepted_at.date()) if row.accepted_at else "",
                day(row.due_at.date()) if row.due_at else "", number(row.days_late), row.officer or NOBODY,
            ]
            for at_row, row in enumerate(sheet.rows, 1)
        ],
    }  # fmt: skip
    return Printout(FORM, data, at.replace(microsecond=0))


def _body(sheet: LetterSheet) -> list[str]:
    longest = max(row.days_late for row in sheet.rows)
    told = (
        f"Qua theo dõi đến {moment(sheet.issued_at)}, {sheet.to} đang giải quyết {number(len(sheet.rows))} "
        "hồ sơ thủ tục hành chính đã quá hạn theo ngày hẹn trả, "
        f"lâu nhất {number(longest)} ngày (danh sách kèm theo)."
    )
    asked = (
        f"{sheet.agency} đề nghị {sheet.to} giải quyết dứt điểm các hồ sơ trên; giải trình lý do chậm của "
        "từng hồ sơ và ngày cam kết có kết quả, "
        f"chậm nhất ngày {day(sheet.answer_by)}, trên hệ thống theo dõi; "
        "xin lỗi tổ chức, cá nhân theo quy định đối với hồ sơ chưa xin lỗi./."
    )
    return [told, asked]


def again(content: bytes, issued_at: dt.datetime) -> Printout:
    """The letter from its kept words."""
    return Printout(FORM, json.loads(content), issued_at.replace(microsecond=0))


def document(content: bytes, issued_at: dt.datetime) -> bytes:
    """The letter as a document (DOCX) from its kept words; the same words give the same bytes."""
    return worddocuments.made(worddocuments.LETTER, json.loads(content), issued_at)
