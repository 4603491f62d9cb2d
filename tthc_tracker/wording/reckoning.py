"""What `flask deadlines reckon` says of a case that it cannot answer."""

from datetime import date

from tthc_tracker.wording.formats import day

NOT_UTF8 = "Dòng này không phải UTF-8."
NOT_JSON = "Dòng này không phải JSON đọc được."
NOT_A_CASE = "Mỗi dòng phải là một đối tượng JSON."
BAD_ID = '"id" phải là chuỗi hoặc số.'
BAD_START = '"start" phải là thời điểm ISO có múi giờ, ví dụ 2026-11-23T14:00:00+07:00.'
BAD_AMOUNT = (
    '"amount" phải là số từ 0 trở lên, nhiều nhất hai chữ số thập phân; '
    "ngày và tháng theo lịch phải là số nguyên từ 1."
)
BAD_UNIT = '"unit" phải là working_day, working_hour, calendar_day hoặc month.'
BAD_ROUNDING = '"rounding" phải là same_hour hoặc end_of_day.'
BAD_CUTOFF = '"cutoff" phải là giờ dạng HH:MM.'
BAD_CALENDAR = '"calendar" phải có "week", "days" và "years".'
BAD_WEEK = '"week" phải ghi giờ theo mon, tue, wed, thu, fri, sat, sun.'
BAD_WINDOWS = (
    'Giờ làm việc phải là danh sách "HH:MM-HH:MM" trong một ngày, bắt đầu trước kết thúc, không chồng nhau.'
)
BAD_DAYS = '"days" phải ghi giờ theo ngày dạng yyyy-mm-dd.'
BAD_YEARS = '"years" phải là danh sách năm từ 1976 đến 2999.'
BAD_PAUSES = '"pauses" phải là danh sách {"from", "to", "policy"}, policy là resume, restart hoặc runs.'
BAD_PAUSE_MOMENT = '"from" và "to" của lần tạm dừng phải là thời điểm ISO có múi giờ.'
BAD_AS_OF = '"as_of" phải là thời điểm ISO có múi giờ.'
BAD_REAPPOINTMENT = (
    '"reappointment" phải là {"approved_at", "due_at"}: '
    "duyệt sau khi bắt đầu tính, ngày mới sau ngày hẹn đầu."
)
BAD_CASE = "Không tính được hạn từ các dữ kiện này."
NO_STORED_CALENDAR = (
    'Không đọc được lịch làm việc quốc gia trong cơ sở dữ liệu; hãy ghi "calendar" vào từng dòng.'
)


def horizon(looked_at: date | None, year: int | None) -> str:
    """Which date had to be looked at, and what to do."""
    if looked_at is not None:
        missing = f"Phải xét đến ngày {day(looked_at)} nhưng chưa có lịch làm việc năm {looked_at.year}"
        return f"{missing}; hãy bổ sung năm này."
    return f"Phải xét đến năm {year or 'quá xa'}, chưa có lịch làm việc; hãy kiểm tra lại thời hạn."
