"""The words of the letters to applicants: what happened, the facts, what to do."""

from collections.abc import Sequence

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.wording.formats import number

SUBJECTS = {
    ApplicantLetter.RECEIPT: "Đã tiếp nhận hồ sơ {code}",
    ApplicantLetter.SUPPLEMENT: "Hồ sơ {code} cần bổ sung giấy tờ",
    ApplicantLetter.PAYMENT: "Hồ sơ {code} cần nộp phí, lệ phí",
    ApplicantLetter.PAUSED: "Hồ sơ {code} tạm dừng tính thời hạn",
    ApplicantLetter.NEW_DATE: "Ngày hẹn trả mới của hồ sơ {code}",
    ApplicantLetter.APOLOGY: "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {code}",
    ApplicantLetter.STOPPED: "Hồ sơ {code} dừng giải quyết",
    ApplicantLetter.REFUSAL: "Hồ sơ {code} không được tiếp nhận",
    ApplicantLetter.RESULT_READY: "Hồ sơ {code} đã có kết quả",
    ApplicantLetter.STILL_WAITING: "Kết quả hồ sơ {code} đang chờ bạn nhận",
}

OPENINGS = {
    ApplicantLetter.RECEIPT: "Hồ sơ {code} đã được tiếp nhận.",
    ApplicantLetter.SUPPLEMENT: "Hồ sơ {code} chưa đủ điều kiện tiếp nhận, cần bổ sung, hoàn thiện.",
    ApplicantLetter.PAYMENT: "Hồ sơ {code} đang chờ thực hiện nghĩa vụ tài chính (phí, lệ phí, thuế).",
    ApplicantLetter.PAUSED: "Hồ sơ {code} tạm dừng tính thời hạn giải quyết: {why}.",
    ApplicantLetter.NEW_DATE: "Hồ sơ {code} đã được giải quyết tiếp; ngày hẹn trả được tính lại.",
    ApplicantLetter.APOLOGY: "Hồ sơ {code} chưa thể có kết quả đúng ngày đã hẹn: {why}. Cơ quan giải quyết "
    "xin lỗi vì sự chậm trễ này.",
    ApplicantLetter.STOPPED: "Việc giải quyết hồ sơ {code} đã dừng.",
    ApplicantLetter.REFUSAL: "Hồ sơ {code} không được tiếp nhận giải quyết.",
    ApplicantLetter.RESULT_READY: "Hồ sơ {code} đã giải quyết xong, có kết quả để nhận.",
    ApplicantLetter.STILL_WAITING: "Hồ sơ {code} đã có kết quả nhưng chưa có người đến nhận.",
}

ADVICE = {
    ApplicantLetter.RECEIPT: "Hồ sơ có thể giải quyết xong trước ngày hẹn.",
    ApplicantLetter.SUPPLEMENT: "Lý do và căn cứ ghi trên phiếu yêu cầu bổ sung; có thể nhận phiếu tại nơi "
    "tiếp nhận. Nộp bổ sung đủ các nội dung trên, hồ sơ được xem xét lại ngay.",
    ApplicantLetter.PAYMENT: "Sau khi nộp, hồ sơ được giải quyết tiếp và ngày hẹn trả được tính lại; thời "
    "gian chờ không tính vào thời hạn.",
    ApplicantLetter.PAUSED: "Người nộp không phải làm gì thêm; khi hồ sơ được giải quyết tiếp, ngày hẹn trả "
    "được tính lại và báo bằng thư.",
    ApplicantLetter.NEW_DATE: "Có thể nhận giấy hẹn mới tại nơi tiếp nhận; giấy hẹn cũ không cần đổi.",
    ApplicantLetter.APOLOGY: "Văn bản xin lỗi có tại nơi tiếp nhận; giấy hẹn cũ không cần đổi. Có kết quả "
    "sớm hơn, cơ quan sẽ báo ngay.",
    ApplicantLetter.STOPPED: "Lý do ghi trên thông báo dừng giải quyết; có thể nhận tại nơi tiếp nhận.",
    ApplicantLetter.REFUSAL: "Lý do ghi trên phiếu từ chối; có thể nhận phiếu tại nơi tiếp nhận.",
    ApplicantLetter.RESULT_READY: "Khi đến nhận, xin mang theo giấy tiếp nhận và giấy tờ tùy thân.",
    ApplicantLetter.STILL_WAITING: "Khi đến nhận, xin mang theo giấy tiếp nhận và giấy tờ tùy thân; người "
    "nhận thay mang thêm giấy uỷ quyền.",
}

ADVICE_PAYMENT_LATE = "Sau khi nộp, hồ sơ được giải quyết tiếp; ngày hẹn trả đã qua và không đổi."
"""Where payment was asked for after the date had passed: nothing moves."""

SUPPLEMENT_AT_APPRAISAL = "Hồ sơ {code} cần bổ sung, hoàn thiện để được giải quyết tiếp."
"""The opening of the letter where the dossier has been accepted already."""

CORRECTED = "Thông tin tiếp nhận của hồ sơ {code} đã được sửa cho đúng; vì vậy ngày hẹn trả được tính lại."
ADVICE_CORRECTED = (
    "Giấy hẹn đang giữ ghi thông tin trước khi sửa: khi thuận tiện, xin nhận giấy in lại tại nơi tiếp nhận. "
    "Người nộp không phải nộp thêm gì."
)
"""Of a promise that moved because the reception was put right, not because a pause has ended."""

BY_CALENDAR = (
    "Lịch làm việc có thay đổi (ngày nghỉ, ngày làm bù hoặc giờ làm việc); vì vậy ngày hẹn trả của hồ sơ "
    "{code} được tính lại."
)
"""Of a promise that moved because the calendar did."""

POSTED = "Hồ sơ {code} đã giải quyết xong; kết quả được gửi qua bưu chính đến địa chỉ đã đăng ký."
ADVICE_POSTED = "Không cần đến nhận. Lâu chưa nhận được, xin hỏi nơi trả kết quả."
ONLINE = "Hồ sơ {code} đã giải quyết xong; kết quả được trả trực tuyến, qua Cổng dịch vụ công."
ADVICE_ONLINE = "Không cần đến nhận. Chưa thấy kết quả, xin hỏi nơi trả kết quả."
BY_PORTAL = "trực tuyến, qua Cổng dịch vụ công"
"""Of a result that the applicant has asked for online."""
BY_POST = "qua bưu chính, đến địa chỉ đã đăng ký"
"""Of a result that the applicant has asked for by post."""

ANOTHER_STEP = "chờ một bước ngoài cơ quan giải quyết"

FOLLOW = "Xem tiến độ hồ sơ"
KEEP_LINK = "Ai có liên kết này đều xem được tiến độ hồ sơ; xin không chuyển tiếp thư."
WHAT_TO_TYPE = "Khi tra cứu, xin nhập mã hồ sơ và 6 số cuối giấy tờ tùy thân hoặc số điện thoại đã khai."
AUTOMATIC = "Thư tự động của hệ thống Theo dõi hồ sơ TTHC. Xin không trả lời thư này."
PROVISIONAL = " (dự kiến: lịch nghỉ của năm này chưa công bố)"


def missing(papers: Sequence[str], others: int) -> str:
    """What is asked for: the papers by name, the rest by number."""
    more = (f"{number(others)} nội dung ghi trên phiếu",) if others else ()
    return "; ".join((*papers, *more))
