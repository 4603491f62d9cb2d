"""The words of an agency's page and of the ranking."""

from decimal import Decimal

from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.wording.formats import number, percent

BELOW = "Gồm cả {number} cơ quan trực thuộc, kể cả cơ quan đã kết thúc hoạt động."
UNITS = "Hồ sơ đang giải quyết tính cho đơn vị đang giữ; hồ sơ đã xong tính cho đơn vị giữ sau cùng."
OF_UNIT = "hồ sơ đơn vị đang giữ, và hồ sơ đã xong mà đơn vị giữ sau cùng"
LENGTHS = (
    "Ngày làm việc 8 giờ, từ tiếp nhận đến có kết quả, không kể lúc tạm dừng. P80: 80 % hồ sơ xong trong "
    "ngần ấy ngày hoặc sớm hơn. Thời hạn là thời hạn của đa số hồ sơ có ghi thời hạn."
)
LEFT_OUT = "{number} thủ tục ít hồ sơ hơn không ghi ở đây; xem Tổng hợp theo thủ tục."
NO_LENGTHS = "Chưa có hồ sơ nào có kết quả trong kỳ mà biết thời gian giải quyết."
HOLDERS = (
    "Giờ làm việc từ lúc tiếp nhận đến lúc có kết quả của {number} hồ sơ có kết quả trong kỳ mà hệ thống "
    "này biết đã qua tay ai, theo người giữ; một hồ sơ qua nhiều nơi được đếm ở từng nơi. "
    "Lúc chờ người nộp không tính vào thời hạn."
)
LATEST = "Trong kỳ còn nhiều hơn: chỉ tính {number} hồ sơ có kết quả gần nhất."
NO_HOLDERS = "Chưa có hồ sơ nào có kết quả trong kỳ mà hệ thống này biết đã qua tay ai."
CAUSES = "Hồ sơ giải quyết quá hạn trong kỳ và hồ sơ đang quá hạn, theo hạn theo luật."
APOLOGIES = {
    "apologised": "Xin lỗi, hẹn lại đúng hạn ký",
    "apologised_late": "Xin lỗi muộn",
    "late_unapologised": "Giải quyết quá hạn mà không xin lỗi",
}
WITHIN, PAST, NO_LIMIT = "trong thời hạn", "vượt thời hạn", "không so được"

FEWEST = "Chỉ xếp hạng cơ quan có từ {fewest} hồ sơ đã giải quyết trong kỳ trở lên."
INTERVAL = (
    "Khoảng tin cậy 95 % (Wilson) là khoảng mà tỷ lệ có thể nằm trong, do ngẫu nhiên của số hồ sơ: ít hồ sơ "
    "thì khoảng rộng. Hai cơ quan có khoảng trùm lên nhau thì chưa đủ căn cứ để nói cơ quan nào làm tốt hơn."
)
EQUALS = "Cơ quan có cùng tỷ lệ đứng cùng hạng; trong cùng hạng, cơ quan nhiều hồ sơ hơn ghi trước."
INTERNAL = "Bảng này dùng nội bộ. Trang công khai chỉ nêu tỷ lệ và những cơ quan đứng đầu."
TOP = "Cơ quan đứng đầu về tỷ lệ trước và đúng hạn"
TOP_NOTE = (
    "Trong các cơ quan có từ {fewest} hồ sơ đã giải quyết; trong ngoặc là khoảng tin cậy 95 %. Các khoảng "
    "trùm lên nhau thì chênh lệch có thể do ngẫu nhiên."
)


def holder_words(kind: HolderKind, agency: str, unit: str) -> str:
    """Who held it: the desk, a unit, another agency, the applicant."""
    match kind:
        case HolderKind.APPLICANT:
            return "Người nộp (tạm dừng)"
        case HolderKind.DESK:
            return f"Một cửa {agency}"
        case HolderKind.OTHER_AGENCY:
            return f"Cơ quan khác: {agency}"
        case _:
            return f"{unit}, {agency}" if unit else agency


def interval_words(low: float, high: float) -> str:
    """`từ 94,10 % đến 97,20 %`."""
    return f"từ {percent(Decimal(str(100 * low)))} đến {percent(Decimal(str(100 * high)))}"


def example_words(name: str, num: int, den: int, share: Decimal | None, interval: str) -> str:
    """The first line of the ranking, read out."""
    return (
        f"Đọc dòng đầu: {name} giải quyết trước và đúng hạn {number(num)} trong {number(den)} hồ sơ đã giải "
        f"quyết, tức {percent(share)}; tỷ lệ này có thể nằm {interval}."
    )
