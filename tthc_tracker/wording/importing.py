"""What an import says of a row: why it was refused, or what to look at."""

from typing import Any, Protocol

from tthc_tracker.domain.exchangerow import Refusal, RowWarning

REFUSALS = {
    Refusal.BROKEN_ROW: "Dòng hỏng: dấu nháy kép mở mà không đóng, hoặc dài quá 1 triệu ký tự.",
    Refusal.LONG_CELL: "Có ô dài quá 131.072 ký tự; hãy rút ngắn rồi nạp lại dòng này.",
    Refusal.SURPLUS_CELLS: "Nhiều ô hơn số cột ở đầu bảng: hãy đặt ô có dấu phẩy trong nháy kép.",
    Refusal.NO_CODE: "Thiếu mã hồ sơ.",
    Refusal.BAD_CODE: "Mã hồ sơ có ký tự lạ hoặc dài quá 40 ký tự.",
    Refusal.NO_OWNER: "Thiếu tên chủ hồ sơ.",
    Refusal.LONG_NAME: "Tên chủ hồ sơ dài quá 200 ký tự.",
    Refusal.UNCLEAN_TEXT: "Có ký tự điều khiển hoặc chữ hỏng mã; hãy xuất lại tệp dạng UTF-8.",
    Refusal.BAD_PROCEDURE: "Không phải mã thủ tục (dạng 1.001193).",
    Refusal.BAD_CHANNEL: "Kênh thực hiện không có: dùng 1 trực tiếp, 2 trực tuyến, 3 bưu chính.",
    Refusal.BAD_APPLICANT_KIND: "Loại đối tượng lạ: dùng 1 công dân, 2 doanh nghiệp, 3 cơ quan, 4 khác.",
    Refusal.BAD_STATUS: "Trạng thái hồ sơ không hợp lệ: dùng 1 đến 10, khớp với ngày tiếp nhận.",
    Refusal.BAD_DATE: "Ngày không có thật hoặc không đọc được: dùng yyyyMMddHHmmss hoặc dd/mm/yyyy.",
    Refusal.NO_MOMENT: "Hồ sơ chưa tiếp nhận mà thiếu ngày nộp.",
    Refusal.NO_ACCEPTANCE: "Trạng thái này phải có ngày tiếp nhận.",
    Refusal.DUE_BEFORE_ACCEPTANCE: "Ngày hẹn trả trước ngày tiếp nhận.",
    Refusal.FINISHED_BEFORE_ACCEPTANCE: "Ngày kết thúc xử lý trước ngày tiếp nhận.",
    Refusal.NO_FINISH: "Đã xử lý xong mà không có ngày kết thúc lẫn ngày trả.",
    Refusal.UNKNOWN_AGENCY: "Cơ quan chưa có trong danh mục; hãy nạp danh mục cơ quan rồi nạp lại tệp.",
    Refusal.CONFLICT_IN_FILE: "Trùng mã với dòng {row} nhưng nội dung khác; giữ dòng {row}, không ghi đè.",
    Refusal.CONFLICT_WITH_SOURCE: "Mã này đã có từ nguồn «{source}»; không ghi đè.",
    Refusal.CONFLICT_WITH_STORED: "Nguồn đổi chủ hồ sơ, thủ tục, kênh hoặc ngày tiếp nhận; không ghi đè.",
    Refusal.BACKWARD_STATUS: "Trạng thái đi lùi so với lần trước; không ghi đè.",
}

REFUSED = "Từ chối"
WITH_WARNINGS = "Nhận, cần xem lại"

WARNINGS = {
    RowWarning.NO_DUE_DATE: "Không có ngày hẹn trả: đưa vào danh sách lỗi dữ liệu, không tính đúng hạn.",
    RowWarning.DUE_ON_DAY_OFF: "Hẹn trả vào ngày nghỉ: giữ nguyên và so theo ngày đã hẹn.",
    RowWarning.FINISH_FROM_RETURN: "Thiếu ngày kết thúc xử lý: lấy ngày trả (hoặc ngày từ chối) thay.",
    RowWarning.NO_DECISION_DATE: "Rút hoặc dừng mà chưa có ngày quyết định: vẫn tính là đang giải quyết.",
    RowWarning.NEW_PROCEDURE: "Thủ tục chưa có trong danh mục: đã thêm ở dạng chưa xác nhận.",
    RowWarning.ODD_ID: "Số định danh không đúng dạng (có thể mất số 0 đầu): giữ như đã ghi.",
    RowWarning.LOST_ID: "Số định danh bị bảng tính làm hỏng: để trống.",
    RowWarning.LOST_PHONE: "Số điện thoại không đọc được: để trống.",
    RowWarning.UNKNOWN_CALENDAR: "Chưa có lịch làm việc của năm này: không tính được hạn tiếp nhận.",
}


def refusal(reason: Refusal, *, row: int | None = None, source: str = "") -> str:
    """The sentence of a refusal."""
    return REFUSALS[reason].format(row=row, source=source)


class JudgedRow(Protocol):
    """What a judged row has to give."""

    refusal: Refusal | None
    refused_field: str
    warnings: list[RowWarning]
    other_row: int | None
    other_source: str


def remarks(row: JudgedRow) -> list[tuple[str, str, str]]:
    """(code, field, sentence) of a row's refusal, or of each of its warnings."""
    if row.refusal is not None:
        sentence = refusal(row.refusal, row=row.other_row, source=row.other_source)
        return [(row.refusal.value, row.refused_field, sentence)]
    return [(warning.value, "", WARNINGS[warning]) for warning in row.warnings]


def reason(row: JudgedRow) -> str:
    """All that is to be said about a row, for the file of errors."""
    head = WITH_WARNINGS if row.refusal is None else REFUSED
    said = [f"{field}: {sentence}" if field else sentence for _, field, sentence in remarks(row)]
    return f"{head}: {' '.join(said)}"


def summary(counts: dict[str, Any], *, dry_run: bool) -> str:
    """What became of a file, in a few lines."""
    lines = [
        "Chạy thử, không ghi gì." if dry_run else "Đã nạp.",
        f"Số dòng: {counts['rows']}",
        f"Nhận mới: {counts['accepted']} (trong đó có cảnh báo: {counts['warnings']})",
        f"Cập nhật: {counts['updated']} · Không đổi: {counts['unchanged']}",
        f"Dòng lặp giống hệt: {counts['identical_repeats']}",
        f"Từ chối: {counts['refused']}",
        f"Lỗi và cảnh báo từng dòng: {counts['errors_file']}",
    ]
    return "\n".join(lines)
