"""What stopped a run of a job, where no sentence of ours says it: the kind of the fault in words."""

NO_ROOM = "NoRoom"  # for want of which something was not written, whatever raised it

_FAULTS = {
    NO_ROOM: "Đĩa của máy chủ đã đầy; dọn chỗ, lần chạy sau làm tiếp.",
    "OperationalError": "Cơ sở dữ liệu bận hoặc không trả lời; lần chạy sau làm tiếp.",
    "InterfaceError": "Mất kết nối cơ sở dữ liệu; lần chạy sau làm tiếp.",
}


def in_words(error: str) -> str:
    """A fault as administrators read it; what is said in our own words already stays as it is."""
    return f"{_FAULTS[error]} ({error})" if error in _FAULTS else error
