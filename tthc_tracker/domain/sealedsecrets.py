"""A secret that another system gave us, kept so that the database alone, or a backup of it, tells nobody.

HMAC-SHA256 in counter mode with a mark of its own over what it makes (encrypt, then authenticate): all that
the standard library has for it. Both keys come from the key of the installation and from what it is for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

NONCE = 16
_MARK = 32  # bytes of a mark, and of a block


def seal(key: str, purpose: str, secret: str, nonce: bytes) -> str:
    """A secret as it is kept. nonce: NONCE random bytes, never used again."""
    hidden = nonce + _mixed(key, purpose, nonce, secret.encode())
    return base64.b64encode(hidden + _mark(key, purpose, hidden)).decode()


def unseal(key: str, purpose: str, sealed: str) -> str | None:
    """The secret; None when it was sealed with another key or for another purpose, or was changed since."""
    raw = base64.b64decode(sealed)
    hidden, mark = raw[:-_MARK], raw[-_MARK:]
    if not hmac.compare_digest(mark, _mark(key, purpose, hidden)):
        return None
    return _mixed(key, purpose, hidden[:NONCE], hidden[NONCE:]).decode()


def _key(key: str, purpose: str, use: str) -> bytes:
    return hmac.digest(key.encode(), f"sealed.{use}.{purpose}".encode(), hashlib.sha256)


def _mark(key: str, purpose: str, hidden: bytes) -> bytes:
    return hmac.digest(_key(key, purpose, "mark"), hidden, hashlib.sha256)


def _mixed(key: str, purpose: str, nonce: bytes, text: bytes) -> bytes:
    secret, blocks = _key(key, purpose, "text"), -(-len(text) // _MARK)
    stream = b"".join(
        hmac.digest(secret, nonce + block.to_bytes(8, "big"), hashlib.sha256) for block in range(blocks)
    )
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))
