"""Passwords: how they are kept, and which are too easy to guess (ASVS 6.2, 11.4.2)."""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.folding import fold

SHORTEST = 12
LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$g0uu0hLONDWz3ZjNd2wrag$Bx9jrk9h7cun2XvqVJWJtzVH+8HsvWj16GFRPMfmnLQ"
"""Of no password in use: held against when there is no such account, so that both answers take as long."""

# What is tried first everywhere, and what is tried first here.
_EXPECTED = re.findall(
    r"\S+",
    """
    password passwd matkhau qwertyuiop asdfghjkl zxcvbnm qwerty azerty iloveyou welcome admin
    administrator letmein monkey dragon sunshine princess football superman anhyeuem yeuanh yeuem
    vietnam hanoi saigon danang quangtri quangbinh donghoi dongha motcua hoso tthc thutuchanhchinh
    dichvucong canbo congchuc quantri ubnd uybannhandan chuyenvien 1022 1q2w3e4r 1qaz2wsx abcdef abc123
    abc 0123456789 1234567890 12345678 123456 12345 1234 123 987654321 654321 321
    """,
)
_LEAST_LEFT = 8
_LEAST_DISTINCT = 5


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """The Argon2id hash to keep; the same letters give the same password in any Unicode form."""
    return _hasher.hash(_normal(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether this is the password of that hash; takes as long when there is no hash."""
    try:
        _hasher.verify(password_hash or NOBODY, _normal(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def check(password: str, *, names: tuple[str, ...]) -> None:
    """Refuse a password that would be guessed early. `names`: what the account is called.

    Raises:
        InvalidInput: field `password`.
    """
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise InvalidInput(
            "password", f"Mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự; một câu ngắn dễ nhớ là tốt nhất."
        )
    if len(set(password)) < _LEAST_DISTINCT or len(_unexpected(password, names)) < _LEAST_LEFT:
        raise InvalidInput(
            "password",
            "Mật khẩu dễ đoán: có tên của bạn, tên cơ quan, dãy số hay từ hay gặp. Hãy thêm vài từ khác.",
        )


def _unexpected(password: str, names: tuple[str, ...]) -> str:
    """What is left of a password without what everybody would try."""
    left = fold(password).replace(" ", "")
    parts = (part for name in names for part in re.split(r"[^a-z0-9]+", fold(name)))
    for word in sorted({*_EXPECTED, *(part for part in parts if len(part) > 2)}, key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"(.)\1{2,}", r"\1", left)
