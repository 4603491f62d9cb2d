"""The words of how applicants found the service."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.ratings import RatedAt, Rating

TITLE = "Mức độ hài lòng"
ASK = "Bạn thấy việc phục vụ hồ sơ này thế nào?"
ONCE = "Mỗi hồ sơ đánh giá một lần, không sửa được; không hiện tên người đánh giá."
CHOOSE = "Hãy chọn một mức rồi gửi."
THANKS = "Đã ghi nhận đánh giá. Xin cảm ơn."
ALREADY = "Hồ sơ này đã có đánh giá; mỗi hồ sơ đánh giá một lần."
BY_APPLICANT = "Người nộp, qua trang tra cứu"
COUNTED = (
    "Đếm theo ngày đánh giá và cơ quan giải quyết; mỗi hồ sơ một lần, sau khi trả kết quả, "
    "tại trang tra cứu hoặc tại quầy."
)
NONE_YET = "Chưa có đánh giá nào trong kỳ."

RATINGS = {
    Rating.VERY_SATISFIED: "Rất hài lòng",
    Rating.SATISFIED: "Hài lòng",
    Rating.DISSATISFIED: "Không hài lòng",
}

RATED_AT = {RatedAt.LOOKUP: "Trang tra cứu", RatedAt.DESK: "Tại quầy"}

RATING_LABELS: dict[type[Enum], dict[Any, str]] = {Rating: RATINGS, RatedAt: RATED_AT}
