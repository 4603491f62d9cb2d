"""What the page says that sets a list of somebody's against the register."""

from collections.abc import Sequence
from typing import Any

from tthc_tracker.domain.reconciling import MOST, Claim, Difference, Fault, Unread
from tthc_tracker.wording.formats import day, moment, number
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.standings import WORDS

TITLE = "Đối chiếu danh sách"
FAULTS = {
    Fault.EMPTY: "Chưa thấy mã hồ sơ nào. Hãy dán mỗi mã một dòng, hoặc chọn tệp có cột MaHoSo.",
    Fault.TOO_LONG: f"Danh sách dài hơn {number(MOST)} dòng. Hãy chia thành nhiều lần.",
    Fault.NO_CODES: "Dòng đầu là tên cột nhưng thiếu cột MaHoSo. Hãy thêm cột MaHoSo, hoặc chỉ dán các mã.",
    Fault.BROKEN: "Không đọc được bảng này. Hãy lưu lại thành CSV UTF-8, hoặc dán các ô từ bảng tính.",
}
NOT_TEXT = (
    "Tệp không phải văn bản UTF-8 và không phải Excel (.xlsx). Hãy lưu lại thành «CSV UTF-8» hoặc "
    "«Excel Workbook (.xlsx)», hoặc mở tệp rồi dán nội dung vào ô."
)
HINT = (
    "Mỗi mã một dòng; hoặc cả bảng, dòng đầu là tên cột MaHoSo, TrangThaiHoSo, NgayHenTra, NgayKetThucXuLy. "
    f"Nhiều nhất {number(MOST)} dòng."
)
SHOWN = 1_000
ONLY_THE_FIRST = f"Bảng chỉ hiện {number(SHOWN)} dòng đầu; tệp xuất có đủ mọi dòng."
TOO_BIG = "Tệp lớn hơn 1 MB. Hãy chia thành nhiều lần."
UNKNOWN = "Không thấy trong phạm vi của bạn"
AGAIN = "mã lặp lại trong danh sách"
UNREAD = {
    Unread.STATUS: "không đọc được trạng thái",
    Unread.DUE: "không đọc được ngày hẹn trả",
    Unread.FINISHED: "không đọc được ngày xong",
}
DIFFERENCES = {
    Difference.STATUS: "trạng thái", Difference.DUE: "hẹn trả", Difference.FINISHED: "xong",
}  # fmt: skip
PORTAL = {
    1: "Mới đăng ký", 2: "Được tiếp nhận", 3: "Không được tiếp nhận", 4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ", 6: "Yêu cầu thực hiện nghĩa vụ tài chính", 7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý", 9: "Đã xử lý xong", 10: "Đã trả kết quả",
}  # fmt: skip
HEADS = (
    "Dòng", "Mã trong danh sách", "Mã hồ sơ", "Thủ tục", "Tình trạng", "Trạng thái", "Cơ quan giải quyết",
    "Đơn vị đang giữ", "Cán bộ", "Giữ từ", "Tiếp nhận", "Hẹn trả", "Xong", "Nguồn", "Dữ liệu nguồn lúc",
    "Khác nhau",
)  # fmt: skip


def summary(tally: Any) -> str:
    """The sums over a list, in one line."""
    parts = [f"{number(tally.lines)} dòng", f"thấy {number(tally.found)}"]
    for many, said in (
        (tally.unknown, "không thấy"), (tally.differing, "khác nhau"), (tally.overdue, "đang quá hạn"),
        (tally.again, "lặp lại"),
    ):  # fmt: skip
        if many:
            parts.append(f"{said} {number(many)}")
    return " · ".join(parts)


def differing(line: Any) -> list[str]:
    """In what one line is another than the register, each in a clause."""
    said = [_difference(each, line.claim, line.known) for each in line.differences]
    said += [UNREAD[each] for each in line.claim.unread]
    return [*said, AGAIN] if line.again else said


def _difference(difference: Difference, claim: Claim, known: Any) -> str:
    theirs, here = {
        Difference.STATUS: (f"«{PORTAL.get(claim.status or 0)}»", f"«{label(known.state)}»"),
        Difference.DUE: (day(claim.due_at), day(known.due_at) or "không có"),
        Difference.FINISHED: (day(claim.finished_at), day(known.finished_at) or "chưa xong"),
    }[difference]
    return f"{DIFFERENCES[difference]}: danh sách ghi {theirs}, ở đây {here}"


def cells(line: Any) -> Sequence[object]:
    """One line of the file, under HEADS."""
    claim, known = line.claim, line.known
    said = "; ".join(differing(line))
    if known is None:
        blank = [""] * (len(HEADS) - 4)
        return [claim.line, claim.code, UNKNOWN, *blank, said]
    return [
        claim.line, claim.code, known.code, f"{known.procedure_code} {known.procedure}",
        WORDS[known.standing], label(known.state), known.agency, known.unit or "", known.officer or "",
        moment(known.held_since),
        moment(known.accepted_at), moment(known.due_at), moment(known.finished_at), known.source,
        moment(known.source_as_of) if known.mirrored else "", said,
    ]  # fmt: skip
