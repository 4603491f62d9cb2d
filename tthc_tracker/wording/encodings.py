"""What is said of the encoding of a file."""

from collections.abc import Sequence

from tthc_tracker.domain.encodings import Encoding, Guess
from tthc_tracker.wording.formats import number

NAMES = {
    Encoding.UTF8: "UTF-8",
    Encoding.UTF16_LE: "UTF-16 (LE)",
    Encoding.UTF16_BE: "UTF-16 (BE)",
    Encoding.CP1258: "Windows-1258",
    Encoding.TCVN3: "TCVN3 (.VnTime, ABC)",
    Encoding.VNI: "VNI (VNI-Times)",
}

SAVE_AS = "Hãy mở bằng Excel rồi lưu lại dạng «CSV UTF-8» hoặc «Excel Workbook (.xlsx)»."


def unknown() -> str:
    """A text that is in none that can be told."""
    return f"Tệp không phải UTF-8 (không đoán được bảng mã); không tự chuyển mã để khỏi sai chữ. {SAVE_AS}"


def with_nul(line: int) -> str:
    """A text that holds a NUL, as no text does: it was cut off, or is none."""
    return (
        f"Tệp có byte rỗng (NUL) từ dòng {number(line)}: thường do tải hoặc chép chưa xong, hoặc tệp hỏng. "
        "Chưa đọc dòng nào. Hãy xuất lại từ hệ thống nguồn rồi gửi lại."
    )


def only_guessed(guesses: Sequence[Guess]) -> str:
    """A text in an encoding that nobody has agreed to: the guess, and the option that agrees."""
    names = " hoặc ".join(NAMES[guess.encoding] for guess in guesses)
    options = " hoặc ".join(f"--encoding {guess.encoding}" for guess in guesses)
    doubt = "có thể là" if len(guesses) > 1 else "có vẻ là"
    return (
        f"Tệp không phải UTF-8, {doubt} {names}: không tự chuyển mã để khỏi sai chữ. "
        f"Hãy xem thử và xác nhận ở trang Nhập dữ liệu, hoặc nếu chắc chắn thì thêm {options}."
    )


def contradicted(given: Encoding, found: Encoding) -> str:
    """A file that says itself that it is in another encoding than somebody says."""
    return f"Tệp là {NAMES[found]}, không phải {NAMES[given]}: hãy bỏ --encoding."


def not_in(encoding: Encoding) -> str:
    """A file with bytes that the encoding somebody agreed to does not have."""
    return f"Tệp có ký tự không thuộc bảng mã {NAMES[encoding]}: không đọc được. {SAVE_AS}"


def otherwise(agreed: Encoding, guesses: Sequence[Guess]) -> str:
    """A file that looks as if it were in another encoding than the one agreed to for its source."""
    names = ", ".join(NAMES[guess.encoding] for guess in guesses)
    return (
        f"Tệp có vẻ là {names}, không phải {NAMES[agreed]} như đã xác nhận cho nguồn này. "
        "Hãy xem thử và xác nhận lại ở trang Nhập dữ liệu."
    )
