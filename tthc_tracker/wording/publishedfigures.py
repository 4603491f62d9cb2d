"""The words of what a portal publishes beside ours: rules of counting, and which of them gives its figure."""

from decimal import Decimal

from tthc_tracker.wording.formats import number, percent

NO_PUBLISHER = "Hãy ghi cổng nào công bố."
NO_DAY = "Ngày xem số liệu không thể ở tương lai."
NO_AGENCY = "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại."
NOTED = "Đã ghi số công bố."

LAWFUL, SECOND = "hạn theo luật", "ngày hẹn lại"
WITH, WITHOUT = "kể cả rút, dừng", "không kể rút, dừng"


def rule(second: bool, without: bool) -> str:
    """`theo hạn theo luật, kể cả rút, dừng`."""
    return f"theo {SECOND if second else LAWFUL}, {WITHOUT if without else WITH}"


def told(gap: Decimal | None, rule_words: str, parts_differ: bool, num_gap: int, den_gap: int) -> str:
    """What explains the difference: the rule that comes nearest, and by how much it still differs."""
    if gap is None:
        return "Chưa giải thích được: kỳ này không có hồ sơ đã giải quyết."
    if gap == 0 and not parts_differ:
        return f"Khớp: Cổng tính {rule_words}."
    if gap == 0:
        return (
            f"Tỷ lệ khớp khi tính {rule_words}, nhưng số hồ sơ khác: "
            f"tử số lệch {signed(num_gap)}, mẫu số lệch {signed(den_gap)}."
        )
    return (
        f"Gần nhất khi tính {rule_words}, còn lệch {percent(abs(gap)).replace(' %', '')} điểm phần trăm: "
        "khác nhau ở hồ sơ được tính (hồ sơ chưa đồng bộ, thời điểm lấy số), không ở quy tắc trên."
    )


def signed(many: int) -> str:
    """`+3`, `−1`, `0`."""
    return number(many) if many == 0 else f"{'+' if many > 0 else '−'}{number(abs(many))}"
