"""An official letter as a document: its words in Word's own parts, the same words the same bytes."""

import datetime as dt
import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT

from tests.support.moments import at
from tthc_tracker.printouts import worddocuments

ISSUED = at("Thu 2026-11-26 09:00")
DATA: dict[str, Any] = {
    "title": "Công văn đôn đốc 12/UBND-KSTT", "superior": "Ủy ban nhân dân tỉnh", "agency": "Sở Tư pháp",
    "number": "12/UBND-KSTT", "subject": "V/v giải quyết hồ sơ quá hạn", "dated": "Quảng Trị",
    "to": "Phòng <Hộ tịch> & Quốc tịch", "body": ["Qua theo dõi.", "Đề nghị giải quyết./."],
    "copies": ["Như trên;", "Lưu: VT."], "signed_as": ["GIÁM ĐỐC"], "signer": "Nguyễn Văn A",
    "annex": "Danh sách kèm theo", "heads": ["STT", "Mã", "Thủ tục", "Nhận", "Hẹn", "Trễ", "Cán bộ"],
    "rows": [[str(place), "H50.1", "Chứng thực", "1/11", "2/11", "3", "Trần B"] for place in range(1, 41)],
}  # fmt: skip


def test_the_same_words_give_the_same_bytes_at_any_hour() -> None:
    first, again = (worddocuments.made(worddocuments.LETTER, DATA, ISSUED) for _ in range(2))
    assert first == again
    other = worddocuments.made(worddocuments.LETTER, DATA | {"signer": "Lê Thị C"}, ISSUED)
    assert other != first
    later = worddocuments.made(worddocuments.LETTER, DATA, ISSUED + dt.timedelta(days=1))
    assert later != first, "the file says when the letter was issued"


def test_words_heads_list_and_its_page_across() -> None:
    made = Document(io.BytesIO(worddocuments.made(worddocuments.LETTER, DATA, ISSUED)))
    assert "Kính gửi: Phòng <Hộ tịch> & Quốc tịch" in [one.text for one in made.paragraphs]
    head, signed, listed = made.tables
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head.rows[0].cells[1].text
    assert head.rows[1].cells[0].text.splitlines() == ["Số: 12/UBND-KSTT", "V/v giải quyết hồ sơ quá hạn"]
    assert signed.rows[0].cells[1].text.splitlines()[0] == "GIÁM ĐỐC"
    assert len(listed.rows) == 41
    upright, across = made.sections
    assert (round(upright.left_margin.mm), across.orientation) == (30, WD_ORIENT.LANDSCAPE)
    assert (made.core_properties.title, made.core_properties.author) == (DATA["title"], "Sở Tư pháp")
