"""What `flask years` says, and what is said wherever a dossier of an archived year is asked for."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.wording.formats import day, number

ONLY_POSTGRESQL = (
    "Chỉ PostgreSQL tách được từng năm. Cơ sở dữ liệu SQLite là một tệp: hãy giữ nguyên các năm cũ, "
    "sao lưu bằng «flask backup»; khi tệp quá lớn, chuyển sang PostgreSQL bằng «flask db move»."
)
NOT_OWNER = (
    "Vai trò này không sở hữu các bảng. Hãy đặt DATABASE_URL bằng vai trò đã chạy «flask db upgrade» "
    "(tthc_owner) rồi chạy lại."
)
STOP_FIRST = "Tiến trình định kỳ còn chạy: hãy dừng web và tiến trình định kỳ rồi chạy lại."
NOT_HIS = (
    "«{name}» không phải tài khoản đang dùng có quyền quản trị danh mục của mọi cơ quan: "
    "hãy ghi --by bằng tên đăng nhập của quản trị viên toàn hệ thống."
)
ALREADY = "Năm {year} đã cất vào kho lưu trữ ngày {day}."
NOT_ARCHIVED = "Năm {year} không nằm trong kho lưu trữ; «flask years list» liệt kê các năm."
SCHEMA_THERE = (
    "Đã có schema {schema} mà phần mềm không ghi là kho lưu trữ. Đó có thể là kho của một năm mà bản sao lưu "
    "vừa nạp chưa ghi: đừng xoá; hãy pg_dump, đổi tên (ALTER SCHEMA … RENAME TO …) rồi chạy lại."
)
TOO_YOUNG = (
    "Năm {year} chưa đủ cũ: hồ sơ kết thúc muộn nhất ngày {last}, phải giữ trọn {keep} năm sau năm ấy, "
    "sớm nhất từ 01/01/{first}."
)
NOTHING = "Năm {year} không có hồ sơ nào."
FACTS_WAIT = (
    "Số liệu thống kê chưa gộp xong: hãy chạy «flask jobs run fold-facts» cho đến khi hết rồi chạy lại."
)
STILL_OPEN = (
    "Năm {year} còn {many} hồ sơ chưa kết thúc, ví dụ {code}: hãy giải quyết, hoặc kết thúc ở nguồn, "
    "rồi chạy lại."
)
UNCOLLECTED = (
    "Năm {year} còn {many} hồ sơ có kết quả chưa trả, ví dụ {code}: hãy trả kết quả, hoặc thêm "
    "--with-uncollected để cất cả những hồ sơ ấy."
)
PASSED_ON = (
    "Năm {year} có {many} hồ sơ đã chuyển sang cơ quan kế thừa, ví dụ {code}: số liệu các kỳ trước khi "
    "chuyển còn đếm từ chính những hồ sơ này nên chưa cất được. Hãy giữ năm này trong cơ sở dữ liệu; "
    "cần chỗ, chuyển phần của năm sang ổ đĩa khác (SET TABLESPACE, docs/operations.md)."
)
TERM_OVER = (
    "Năm {year} có {many} hồ sơ đã hết thời hạn lưu dữ liệu cá nhân, ví dụ {code}: hãy xoá trước bằng "
    "«flask retention run» rồi «flask retention run --apply», vì trong kho không xoá được, rồi chạy lại."
)
ASKED_FOR = (
    "Năm {year} có {many} hồ sơ thuộc yêu cầu về dữ liệu cá nhân còn được giữ, ví dụ {code}: "
    "hãy trả lời yêu cầu, chờ phần mềm dọn nó (30 ngày sau khi gửi), rồi chạy lại."
)
BOUND = (
    "Bảng {table} còn {many} dòng nối hồ sơ năm {year} với hồ sơ năm khác chưa kết thúc: "
    "hãy giải quyết xong các hồ sơ ấy (hoặc tách hồ sơ đã ghép) rồi chạy lại."
)
MERGED = (
    "Hồ sơ mã {code} của năm {year} đã ghép vào hồ sơ năm {other}: hãy cất năm {other} trước, "
    "hoặc tách hai hồ sơ."
)
BROKEN = "Cơ sở dữ liệu không nhận: {detail}. Đã huỷ, chưa thay đổi gì."
GONE = (
    "Không thấy schema {schema} hoặc bảng {table} trong đó: hãy nạp lại bản đã pg_dump (pg_restore) "
    "rồi chạy lại."
)
CHANGED = (
    "Bảng {table} trong kho không còn như lúc cất ({kept} dòng, mã băm {hash}; nay {rows} dòng): "
    "không khôi phục. Hãy nạp lại bản pg_dump đúng."
)
DIFFERS = "Bảng {table} không giống nhau trước và sau khi chuyển: đã huỷ, chưa thay đổi gì."
COLUMN_GONE = "Cột {column} của bảng {table} trong kho không còn trong phiên bản này: không khôi phục được."
COLUMN_WANTED = (
    "Bảng {table} của phiên bản này có cột {column} mà kho không có và không có mặc định: hãy hỏi đơn vị bảo "
    "trì giá trị phải ghi, đặt làm mặc định (ALTER TABLE … ALTER COLUMN … SET DEFAULT …) rồi chạy lại."
)
OTHERS_FIRST = (
    "Bảng {table} của năm {year} nối với hồ sơ năm {other}, cũng đang trong kho: "
    "hãy khôi phục năm {other} trước."
)
CODE_AGAIN = (
    "Mã {code} trong kho nay thuộc một hồ sơ khác: không khôi phục. Cần tra cứu, hãy nạp bản sao lưu trước "
    "lúc cất vào một cơ sở dữ liệu riêng; cần đưa năm ấy trở lại, hãy báo đơn vị bảo trì kèm mã này."
)
LOST = (
    "Năm {year} không khôi phục được vì có dòng trỏ tới dữ liệu không còn: {lost}. "
    "Hãy đưa dữ liệu ấy trở lại từ bản sao lưu rồi chạy lại."
)
LOST_ROWS = "bảng {table}, cột {columns}: {many} dòng trỏ tới {referred} không còn"

LINE = "{table:<28} {rows:>14}  {hash}"
COMPARED = "Đã đọc {rows} dòng…"
IN_USE = "đang dùng"


class Moved(Protocol):
    """What was moved, or would be."""

    @property
    def year(self) -> int: ...
    @property
    def dossiers(self) -> int: ...
    @property
    def rows(self) -> int: ...


class Archived(Protocol):
    """A year in the archive."""

    @property
    def year(self) -> int: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def there(self) -> bool: ...
    @property
    def rows(self) -> Mapping[str, int]: ...


def tried(done: Moved) -> str:
    """What a dry run ends with."""
    many, rows = number(done.dossiers), number(done.rows)
    return f"Chạy thử năm {done.year}: {many} hồ sơ, {rows} dòng; chưa thay đổi gì."


def archived(done: Moved, schema: str) -> str:
    """What was put into the archive, and how it is kept elsewhere."""
    many, rows = number(done.dossiers), number(done.rows)
    kept = f"Đã cất năm {done.year} vào schema {schema}: {many} hồ sơ, {rows} dòng."
    return f"{kept} Sao lưu: pg_dump -n {schema}."


def restored(done: Moved) -> str:
    """What has come back."""
    many, rows = number(done.dossiers), number(done.rows)
    return f"Đã đưa năm {done.year} trở lại: {many} hồ sơ, {rows} dòng, từng dòng như lúc cất."


def listed(one: Archived) -> str:
    """An archived year in the list."""
    where = "còn trong cơ sở dữ liệu" if one.there else "đã tách khỏi cơ sở dữ liệu"
    many = number(one.rows.get("dossier", 0))
    return f"{one.year}  {many:>12} hồ sơ  cất ngày {day(one.at)}, người quyết định {one.by}, {where}"


def put_away(year: int, at: dt.datetime) -> str:
    """Which year, and when it was put into the archive."""
    return f"năm {year}, cất ngày {day(at)}"


def sent_lies_in_archive(year: int, at: dt.datetime) -> str:
    """What another system is told that asks for such a dossier which it sent."""
    return f"Hồ sơ thuộc {put_away(year, at)} vào kho lưu trữ; không đọc và không cập nhật được nữa."


def lies_in_archive(code: str, year: int, at: dt.datetime, desk: str) -> str:
    """What a person of an office is told who opens such a dossier."""
    return (
        f"Hồ sơ {code} thuộc năm {year}, đã chuyển vào kho lưu trữ ngày {day(at)}. Cần xem lại, hãy hỏi "
        f"quản trị viên hệ thống để đưa năm ấy trở lại, hoặc bộ phận lưu trữ của {desk}."
    )


def citizen_told(year: int, at: dt.datetime, desk: str, phone: str) -> str:
    """What a citizen is told who looks such a dossier up."""
    reached = f" (điện thoại {phone})" if phone else ""
    return (
        f"Hồ sơ này thuộc năm {year}, đã kết thúc và được chuyển vào kho lưu trữ ngày {day(at)}. "
        f"Cần tra lại, hãy hỏi Bộ phận Một cửa của {desk}{reached}."
    )
