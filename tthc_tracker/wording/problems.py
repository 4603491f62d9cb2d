"""What the programming interface says when something is wrong: a title by status, and what to do."""

TITLES = {
    400: "Yêu cầu không đọc được",
    401: "Khoá không hợp lệ",
    403: "Khoá không có quyền này",
    404: "Không tìm thấy",
    405: "Phương thức không được phép",
    409: "Nội dung trái với dữ liệu đã có",
    412: "Hồ sơ đã thay đổi",
    413: "Yêu cầu quá lớn",
    415: "Kiểu nội dung không được nhận",
    422: "Nội dung không hợp lệ",
    429: "Gửi quá nhanh",
    500: "Lỗi hệ thống",
    503: "Hệ thống đang bận",
}

ADVICE = {
    400: "Hãy kiểm tra lại cú pháp của yêu cầu.",
    401: "Hãy gửi khoá còn hiệu lực trong tiêu đề Authorization: Bearer …; khoá do quản trị viên cấp.",
    403: "Khoá này chưa được cấp quyền gọi địa chỉ này; hãy hỏi quản trị viên đã cấp khoá.",
    404: "Không có địa chỉ này, hoặc nguồn của khoá chưa gửi hồ sơ nào có mã này.",
    405: "Xem tiêu đề Allow để biết phương thức được phép.",
    409: "Không ghi đè. Hãy đọc lại hồ sơ rồi gửi đúng nội dung.",
    412: "Hãy đọc lại hồ sơ, lấy ETag mới rồi quyết định.",
    413: "Một yêu cầu chỉ chứa một hồ sơ và dài nhất 64 KB; một ảnh dài nhất 5 MB.",
    415: "Hãy gửi JSON với tiêu đề Content-Type: application/json.",
    422: "Hãy sửa các trường nêu trong errors rồi gửi lại.",
    429: "Hãy đợi số giây ghi trong tiêu đề Retry-After rồi gửi tiếp.",
    500: "Yêu cầu chưa được ghi nhận. Hãy gửi lại; nếu vẫn lỗi, báo mã request_id cho quản trị viên.",
    503: "Chưa chắc yêu cầu đã được ghi nhận. Hãy gửi lại y nguyên sau số giây trong Retry-After.",
}

NOT_UTF8 = "Nội dung không phải UTF-8."
NOT_JSON = "Nội dung không phải JSON đọc được."
TOO_DEEP = "JSON lồng quá sâu."
NOT_AN_OBJECT = "Nội dung phải là một đối tượng JSON."
NOT_ABOUT_NUMBERS = "JSON không có NaN và Infinity."
BAD_KEY = "Idempotency-Key gồm 1 đến 128 ký tự ASCII nhìn thấy được, không có dấu cách."
KEY_USED = "Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy dùng khoá mới cho nội dung mới."
UNKNOWN_FIELD = "Không có trường này trong từ vựng trao đổi."
MISSING_FIELD = "Thiếu trường này."
NOT_A_TEXT = "Phải là chuỗi hoặc số."
TOO_LONG = "Dài nhất {longest} ký tự."
UNCLEAN = "Có ký tự điều khiển hoặc chữ hỏng mã."
NOT_A_LIST = "Phải là danh sách nhiều nhất {most} đối tượng."
BAD_STATUS = "Dùng 1 đến 10."
BAD_MOMENT = "Dùng thời điểm dạng yyyyMMddHHmmss, ví dụ 20261123140000."
BAD_CHANNEL = "Dùng 1 trực tiếp, 2 trực tuyến, 3 bưu chính."
BAD_PROCEDURE = "Không phải mã thủ tục (dạng 1.001193)."
BAD_AMOUNT = "Phải là số từ 0, nhiều nhất hai chữ số thập phân; ngày và tháng theo lịch là số nguyên từ 1."
BAD_UNIT = "Dùng working_day, working_hour, calendar_day hoặc month."
LIMIT_IN_HALF = "ThoiHan và DonViThoiHan phải gửi cùng nhau."
BAD_PAGE = "Dùng số nguyên từ 1 đến {most}."
BAD_PLACE = "Con trỏ này không do hệ thống cấp. Bỏ after để đọc lại từ đầu."
BAD_YEAR = "Dùng năm dạng 2026."
BAD_ROWS = "Dùng level, agency, sector, procedure, unit, channel, source hoặc month."
BAD_DATE = "Dùng original hoặc reappointed."
CHANGED_MEANWHILE = (
    "Hồ sơ đã thay đổi so với ETag trong If-Match, nên chưa ghi gì. Hãy đọc lại hồ sơ rồi quyết định."
)
BAD_CURSOR = "Con trỏ này không do hệ thống cấp cho nguồn của khoá. Bỏ changed_since để đọc lại từ đầu."


def no_agency(code: str) -> str:
    """A code that no agency has."""
    return f"Không có cơ quan mã «{code}»."


def unknown_year(year: int) -> str:
    """A year that nothing is known of."""
    return f"Chưa có lịch năm {year}."


def duplicate(name: str) -> str:
    """A name that stands twice in one object."""
    return f"Trường «{name[:60]}» lặp lại trong một đối tượng."


def title(status: int) -> str:
    """The title of a status."""
    return TITLES.get(status, TITLES[500 if status >= 500 else 400])


def advice(status: int) -> str:
    """What to do about a status."""
    return ADVICE.get(status, ADVICE[500 if status >= 500 else 400])
