"""What is said of the columns of an export, and of the map by which they are read."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from tthc_tracker.domain.columnguessing import Ground, Guess
from tthc_tracker.domain.columnmaps import DateStyle
from tthc_tracker.domain.people import mask_id, mask_name, mask_phone
from tthc_tracker.domain.syllables import is_syllable

FIELDS: Mapping[str, str] = {
    "MaHoSo": "Mã hồ sơ",
    "MaTTHC": "Mã thủ tục",
    "TenTTHC": "Tên thủ tục",
    "MaLinhVuc": "Mã lĩnh vực",
    "TenLinhVuc": "Lĩnh vực",
    "KenhThucHien": "Kênh nộp",
    "ChuHoSo": "Chủ hồ sơ",
    "LoaiDoiTuong": "Loại đối tượng",
    "MaDoiTuong": "Số định danh",
    "Email": "Thư điện tử",
    "SoDienThoai": "Số điện thoại",
    "TrichYeuHoSo": "Trích yếu",
    "NgayNopHoSo": "Ngày nộp",
    "NgayTiepNhan": "Ngày tiếp nhận",
    "NgayHenTra": "Ngày hẹn trả",
    "TrangThaiHoSo": "Trạng thái",
    "NgayTuChoi": "Ngày từ chối",
    "NgayTra": "Ngày trả kết quả",
    "HinhThuc": "Hình thức nhận kết quả",
    "NgayKetThucXuLy": "Ngày kết thúc xử lý",
    "DonViXuLy": "Đơn vị xử lý (mã)",
    "GhiChu": "Ghi chú",
    "NoiNopHoSo": "Nơi nộp hồ sơ (mã)",
    "HoSoCoThanhPhanSoHoa": "Có thành phần số hoá",
    "TaiKhoanDuocXacThucVoiVNeID": "Xác thực VNeID",
    "DuocThanhToanTrucTuyen": "Thanh toán trực tuyến",
    "DanhSachHoSoBoSung": "Danh sách bổ sung (JSON)",
    "KetQuaSoHoa": "Kết quả đã số hoá",
}

DATES = {
    DateStyle.DAY_FIRST: "Ngày trước: 03/04/2026 là ngày 3 tháng 4",
    DateStyle.MONTH_FIRST: "Tháng trước: 03/04/2026 là ngày 4 tháng 3",
    DateStyle.SPREADSHEET: "Số ngày của Excel: 46115,6 là 14:24 ngày 03/04/2026",
    DateStyle.VOCABULARY: "Như bộ trường đồng bộ: 20260403143000 hoặc 03/04/2026 14:30",
}

STATUSES = {
    "1": "1 Mới đăng ký",
    "2": "2 Được tiếp nhận",
    "3": "3 Không được tiếp nhận, từ chối",
    "4": "4 Đang xử lý",
    "5": "5 Yêu cầu bổ sung giấy tờ",
    "6": "6 Yêu cầu nghĩa vụ tài chính",
    "7": "7 Công dân rút hồ sơ",
    "8": "8 Dừng xử lý",
    "9": "9 Đã xử lý xong",
    "10": "10 Đã trả kết quả",
}
CHANNELS = {"1": "1 Trực tiếp", "2": "2 Trực tuyến", "3": "3 Bưu chính"}

GROUNDS = {
    Ground.FIELD: "đúng tên trường",
    Ground.NAME: "theo tên cột",
    Ground.PART: "theo một phần tên cột",
    Ground.CELLS: "theo giá trị: {told} ô có dạng này",
}

SAVED = "Đã lưu cách đọc, bản {version}. Từng dòng đang được kiểm tra, chưa ghi gì."
NEEDS_READING = (
    "Tệp không theo bộ trường đồng bộ của Cổng, hoặc không tự cho biết bảng mã. "
    "Hãy xem chữ, ghép cột và xem thử trước khi kiểm tra; chưa ghi gì."
)
BY_HAND = "đã chọn"
LOOK_AT_WORDS = "Tệp không tự cho biết bảng mã. Các chữ dưới đây có đúng là tiếng Việt không?"
DOUBTFUL = "Không đủ chữ để biết chắc: có thể là một trong các bảng mã sau. Hãy chọn theo chữ đọc đúng."
PLAIN = "chỉ có chữ không dấu"
NO_CAPITALS = "Bảng mã này không có chữ hoa mang dấu thanh: «Ánh» đọc ra «ánh»."
DOUBTFUL_DATES = "Các ngày trong tệp không cho biết ngày hay tháng đứng trước: hãy chọn cho đúng."
NO_ENCODING = "Hãy xem chữ đọc thử rồi chọn bảng mã của tệp."
STALE = "Người khác vừa lưu cách đọc mới cho nguồn này. Hãy xem lại rồi lưu lần nữa."
TOO_LONG = "Giá trị chung dài quá 100 ký tự."


def not_of_the_vocabulary(lacking: Sequence[str]) -> str:
    """A file without the fields that every row needs, of a source that has no map."""
    return (
        f"Tệp thiếu cột {', '.join(lacking)}. Hãy xuất lại theo đúng tên trường, "
        "hoặc ghép cột cho nguồn này một lần ở trang Nhập dữ liệu."
    )


def no_longer_there(names: Sequence[str]) -> str:
    """A file that lacks columns of the map of its source."""
    return (
        f"Tệp thiếu cột {_quoted(names)} mà cách đọc đã lưu cho nguồn này cần: không đọc dòng nào. "
        "Nếu hệ thống nguồn đã đổi tên cột, hãy ghép lại ở trang Nhập dữ liệu."
    )


def of_fetched(why: str) -> str:
    """Who is to see to it that a file which was fetched can be read; first, for long faults are cut."""
    return (
        "Chờ ghép cột: ai nạp dữ liệu cho mọi cơ quan (kiểm soát viên hoặc quản trị viên cấp tỉnh) "
        "mở trang của tệp này trong Nhập dữ liệu, bấm «Ghép cột»; "
        f"các lần lấy sau được đọc theo đó. {why}"
    )


def there_twice(names: Sequence[str]) -> str:
    """A file that has columns of the map more than once."""
    return f"Tệp có hai cột cùng tên {_quoted(names)}: không biết lấy cột nào. Hãy bỏ bớt một cột."


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)


def lacks(fields: Sequence[str]) -> str:
    """A map without fields that every row needs."""
    return f"Chưa có cột cho {', '.join(map(named, fields))}. Hãy chọn cột, hoặc đặt giá trị chung nếu được."


def doubled(fields: Sequence[str]) -> str:
    """A map with two columns for one field."""
    return f"Hai cột cùng được chọn cho {', '.join(map(named, fields))}. Hãy giữ một cột."


def named(field: str) -> str:
    """A field as people call it, with its name in the vocabulary."""
    return f"{FIELDS[field]} ({field})"


def why(guess: Guess) -> str:
    """What a guess goes by."""
    return GROUNDS[guess.ground].format(told=guess.told)


LONGEST = 40


_BETWEEN_FIGURES = re.compile(r"[\s.()+-]")
_FIGURES = re.compile(r"(?<![\d.-])\d{9,12}(?![\d.-])")
_PIECES = re.compile(r"([,;()]+)")


_MASKED: Mapping[str, Callable[[str], str]] = {
    "ChuHoSo": mask_name,
    "MaDoiTuong": mask_id,
    "SoDienThoai": mask_phone,
}


def shown(cell: str, fields: Collection[str] = ()) -> str:
    """A cell as it may be shown to whoever maps columns: what may be a person's is masked, as in lists.

    By its shape, and by what its column holds or is guessed to hold (fields): a name in small letters alone
    in a cell has no shape of its own.
    """
    text = " ".join(cell.split())
    if "@" not in text and (mask := next((_MASKED[each] for each in fields if each in _MASKED), None)):
        return mask(text)[:LONGEST]
    if "@" in text:
        return "…@" + text.rpartition("@")[2][:LONGEST]
    figures = _BETWEEN_FIGURES.sub("", text)
    if figures.isdigit() and (masked := _number(figures)) != figures:
        return masked
    text = unnumbered("".join(map(_piece, _PIECES.split(text))))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def unnumbered(text: str) -> str:
    """A text whose numbers of identity and phone are masked: its column may have been chosen wrongly."""
    return _FIGURES.sub(lambda found: _number(found[0]), text)


def _number(figures: str) -> str:
    """Masked where it may be somebody's; a spreadsheet drops the nought of a citizen's number."""
    if len(figures) in {9, 11, 12} and (len(figures) != 12 or figures[0] == "0"):
        return mask_id(figures) if not _is_phone(figures) else mask_phone(figures)
    return mask_phone(figures) if _is_phone(figures) else figures


def _is_phone(figures: str) -> bool:
    return len(figures) in {10, 11} and figures.startswith(("0", "84"))


_FAMILIES = frozenset({
    "nguyễn", "nguyen", "trần", "tran", "lê", "phạm", "pham", "hoàng", "hoang", "huỳnh", "huynh", "phan",
    "vũ", "võ", "đặng", "bùi", "đỗ", "ngô", "dương", "đinh", "đoàn", "trịnh", "trương", "hồ", "lý",
    "đào", "tạ",
})  # fmt: skip
"""Family names, as whoever types no capitals writes them; those that forms use as words have marks."""
_NO_FAMILY = ("hồ sơ", "lý do")


def _piece(text: str) -> str:
    name, words = text.strip(), text.split()
    named = words[:1] and words[0] in _FAMILIES and not name.startswith(_NO_FAMILY)
    if 2 <= len(words) <= 6 and all((named or word[:1].isupper()) and _is_word(word) for word in words):
        return text.replace(name, mask_name(name))
    return text


def _is_word(word: str) -> bool:
    return is_syllable(word) or (word.isalpha() and word.isascii())
