"""What is said of each row of a batch that was not carried out."""

from tthc_tracker.domain.errors import AtItsSource, NotAllowed, NotFound, NotNow, RefusedUse, StaleVersion

REFUSALS: dict[type[RefusedUse], str] = {
    StaleVersion: "Đã có người cập nhật hồ sơ sau khi bạn mở danh sách; hãy xem rồi làm lại.",
    AtItsSource: "Hồ sơ của hệ thống khác: việc này làm ở hệ thống nguồn rồi chờ đồng bộ.",
    NotNow: "Hồ sơ không còn ở bước làm được việc này.",
    NotAllowed: "Bạn không được làm việc này với hồ sơ này.",
    NotFound: "Không tìm thấy hồ sơ trong phạm vi của bạn.",
}

NOTHING_CHOSEN = "Hãy đánh dấu ít nhất một hồ sơ trong danh sách."
TOO_MANY = "Mỗi lần làm nhiều nhất {most} hồ sơ. Hãy bỏ bớt dấu chọn."
LOAD_AGAIN = "Hãy mở lại danh sách rồi chọn lại."
REUSED = "Biểu mẫu này đã gửi với nội dung khác. Hãy mở lại danh sách rồi chọn lại."


def refusal(error: RefusedUse) -> str:
    """The words for a refusal that carries none of its own."""
    known = (words for kind, words in REFUSALS.items() if isinstance(error, kind))
    return next(known, "Chưa làm được việc này.")
