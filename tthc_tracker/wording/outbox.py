"""The words of what waits to leave: kinds of mail, where each stands, why one never left."""

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.wording.formats import number

MAIL_STATUSES = {
    "pending": "Chờ gửi",
    "leased": "Đang gửi",
    "data": "Đang gửi",
    "sent": "Đã gửi",
    "dead": "Không gửi được",
    "held": "Tạm giữ",
    "cancelled": "Đã huỷ",
}

MAIL_KINDS = {
    "digest": "Tổng hợp buổi sáng",
    "at_once": "Cảnh báo tức thì",
    "text": "Tin nhắn cảnh báo tức thì",
    "weekly": "Tổng kết tuần",
    "refused": "Báo địa chỉ thư bị từ chối",
    "silence": "Báo cảnh báo và thư nhắc đã dừng",
    "reminder": "Nhắc người đang giữ hồ sơ",
    "seal": "Niêm phong nhật ký",
    ApplicantLetter.RECEIPT: "Báo người nộp: đã tiếp nhận",
    ApplicantLetter.SUPPLEMENT: "Báo người nộp: cần bổ sung",
    ApplicantLetter.PAYMENT: "Báo người nộp: cần nộp phí, lệ phí",
    ApplicantLetter.PAUSED: "Báo người nộp: tạm dừng tính thời hạn",
    ApplicantLetter.NEW_DATE: "Báo người nộp: ngày hẹn trả mới",
    ApplicantLetter.APOLOGY: "Báo người nộp: xin lỗi, hẹn lại ngày trả",
    ApplicantLetter.STOPPED: "Báo người nộp: dừng giải quyết",
    ApplicantLetter.REFUSAL: "Báo người nộp: từ chối tiếp nhận",
    ApplicantLetter.RESULT_READY: "Báo người nộp: đã có kết quả",
    ApplicantLetter.STILL_WAITING: "Báo người nộp: kết quả chờ nhận",
}

APPLICANT = "người nộp hồ sơ"
EXPIRED = "Quá 72 giờ chưa gửi được."
NO_LONGER_TRUE = "Nội dung thư không còn đúng: hồ sơ đã sang bước khác."


def retried(many: int) -> str:
    """What became of the wish to send again."""
    if many == 0:
        return "Không còn thư nào bị kẹt: thư đã đi, hoặc người khác vừa cho gửi lại."
    return f"Đã xếp {number(many)} thư vào hàng chờ; thư đi trong vòng nửa phút nếu máy chủ thư nhận."
