"""The words of the signs that a record may not be what happened, and the columns of their list."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.anomalies import Sign
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.promiseddates import lawful

TITLE = "Dấu hiệu bất thường"
LEAD = "mỗi dấu hiệu là việc cần xem lại, chưa phải kết luận"
SIGNS = {
    Sign.NO_DUE_DATE: "Không có ngày hẹn trả",
    Sign.DUE_ON_DAY_OFF: "Hẹn trả vào ngày nghỉ",
    Sign.FINISH_TYPED_LATE: "Nhập kết thúc muộn",
    Sign.DUE_CHANGED_LATE: "Đổi ngày hẹn sau khi đã quá",
    Sign.PAUSED_ON_LAST_DAY: "Tạm dừng vào ngày cuối",
    Sign.STATUS_BACKWARDS: "Trạng thái đi lùi",
    Sign.CODES_DISAGREE: "Mã và ngày tiếp nhận không khớp",
    Sign.NO_RECIPIENT: "Đơn vị không có người nhận cảnh báo",
    Sign.ENDED_AGENCY: "Cơ quan đã kết thúc còn hồ sơ mở",
    Sign.UNBALANCED: "Đã kết thúc, không vào cột kết quả nào",
}
ANOMALY_LABELS: dict[type[Enum], dict[Any, str]] = {Sign: SIGNS}
SHORT = {
    Sign.NO_DUE_DATE: "Không hẹn",
    Sign.DUE_ON_DAY_OFF: "Ngày nghỉ",
    Sign.FINISH_TYPED_LATE: "Nhập muộn",
    Sign.DUE_CHANGED_LATE: "Đổi hẹn",
    Sign.PAUSED_ON_LAST_DAY: "Dừng cuối",
    Sign.STATUS_BACKWARDS: "Đi lùi",
    Sign.CODES_DISAGREE: "Mã lệch",
    Sign.NO_RECIPIENT: "Vắng người",
    Sign.ENDED_AGENCY: "Cơ quan cũ",
    Sign.UNBALANCED: "Lệch cột",
}
WHAT_TO_DO = {
    Sign.NO_DUE_DATE: "Nơi tiếp nhận sửa hồ sơ để có ngày hẹn; hồ sơ của nguồn khác thì yêu cầu gửi lại.",
    Sign.DUE_ON_DAY_OFF: "Kiểm tra lịch làm việc của cơ quan và ngày hẹn của nguồn; báo nguồn sửa cách tính.",
    Sign.FINISH_TYPED_LATE: "Đối chiếu ngày ký kết quả với lịch sử hồ sơ, rồi ghi nhận ở Cảnh báo.",
    Sign.DUE_CHANGED_LATE: "Xem ai đổi ngày hẹn, vì sao; trái quy định thì yêu cầu giải trình, rồi ghi nhận.",
    Sign.PAUSED_ON_LAST_DAY: "Xem giấy tờ được yêu cầu có đúng là thiếu không, rồi ghi nhận ở Cảnh báo.",
    Sign.STATUS_BACKWARDS: "Hỏi nguồn trạng thái nào đúng; trạng thái trong tệp đã bị từ chối, chưa ghi đè.",
    Sign.CODES_DISAGREE: "Đối chiếu mã trên giấy tiếp nhận với ngày nộp, ngày tiếp nhận; sai thì sửa.",
    Sign.NO_RECIPIENT: "Quản trị viên phân công trưởng đơn vị hoặc thủ trưởng ở Người dùng.",
    Sign.ENDED_AGENCY: "Quản trị viên khai cơ quan kế thừa ở Danh mục; hồ sơ chuyển sau ít phút.",
    Sign.UNBALANCED: "Mở hồ sơ, xem lần kết thúc thiếu gì; báo quản trị viên nếu do tệp của nguồn.",
}
NO_UNIT = "Chưa giao phòng, đơn vị"
EMPTY = "Không có dấu hiệu này trong phạm vi của bạn."
NONE = "Không có dấu hiệu bất thường nào trong phạm vi của bạn."


def _subject(row: Any, _see: See) -> str:
    return row.code or ("Đơn vị" if row.unit else "Cơ quan")


def _columns() -> Columns:
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    owner = Column("owner", "Chủ hồ sơ", lambda row, _: row.owner or "")
    every = (
        Column("code", "Hồ sơ, nơi", _subject, "code"),
        Column("sign", "Dấu hiệu", lambda row, _: SIGNS[row.sign]),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure or "", "long", parts=(owner,)),
        owner,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(unit, officer)),
        agency_code, unit, officer,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *lawful(),
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        dated("noted", "Ghi nhận từ", lambda row: row.noted_at),
        Column("todo", "Cần làm", lambda row, _: WHAT_TO_DO[row.sign], "long"),
    )  # fmt: skip
    unasked = ("code", "procedure", "agency", "accepted", "due", "closed", "noted")
    return Columns("anomalies", TITLE, "bat-thuong", every, unasked)


COLUMNS = _columns()
