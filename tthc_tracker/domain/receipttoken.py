"""The secret half of a receipt's QR code: with it the holder may look up how far his dossier is."""

from __future__ import annotations

import base64
import hashlib
import hmac

_BYTES = 16


def receipt_token(secret: str, code: str) -> str:
    """128 bits for one dossier code, as 26 small letters and digits.

    Derived, not drawn: a receipt printed again bears the same QR code although only its hash is kept.
    """
    mac = hmac.new(secret.encode(), f"receipt:{code}".encode(), hashlib.sha256)
    return base64.b32encode(mac.digest()[:_BYTES]).decode().rstrip("=").lower()


def lookup_link(public_url: str, secret: str, code: str, kept_hash: str | None) -> str | None:
    """The address that opens this dossier in the public look-up; None where the token kept is another.

    The token stands behind #, so that no server's log ever sees it.
    """
    token = receipt_token(secret, code)
    if token_hash(token) != kept_hash:
        return None
    return f"{public_url}/tra-cuu#t={token}&c={code}"


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()
