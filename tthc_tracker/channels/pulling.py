"""One page fetched from another system: bounded in time and size, whole or not at all; nothing followed."""

import http.client
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tthc_tracker.channels.calling import CallFailed, speaking_with
from tthc_tracker.domain.webhooks import Allowed

SILENT = 15.0  # seconds without anything from the other side
LONGEST = 60.0  # seconds of one page, however slowly the other side speaks
MOST_BYTES = 4 * 1024 * 1024  # of a page, packed or not
ASKED = 200  # dossiers a page
AGENT = "tthc-tracker-feed/1"
_CHUNK = 64 * 1024
_LONGEST_REST = 6 * 60 * 60

REDIRECTED = "Hệ thống kia chuyển hướng sang địa chỉ khác; không đi theo. Hãy ghi đúng địa chỉ cuối cùng."
NOT_LET_IN = "Hệ thống kia không nhận mã truy cập (mã {code})."
NOT_ANSWERED = "Hệ thống kia trả lời mã {code}."
TOO_LARGE = "Trang trả lời lớn quá 4 MB sau khi giải nén; không đọc tiếp."
CUT_OFF = "Trang trả lời bị cắt giữa chừng; không lấy gì của trang này."
BAD_PACKING = "Trang trả lời nén sai, hoặc nén theo cách không hỗ trợ."


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask, and the token that opens it; '' for none."""

    url: str
    token: str = field(repr=False)


class PullFailed(Exception):
    """A page that did not come; the message says why. rest: seconds that the other side asks for."""

    def __init__(self, why: str, rest: int = 0) -> None:
        self.rest = rest
        super().__init__(why)


def fetch(place: Place, cursor: str, allowed: Allowed) -> bytes:
    """The body of the page behind a cursor.

    Raises:
        PullFailed: it did not come whole, or came from elsewhere, or is too large.
    """
    parts = urlsplit(place.url)
    path = f"{parts.path or '/'}?{urlencode({'changed_since': cursor, 'limit': ASKED})}"
    try:
        with speaking_with(parts, allowed, silent=SILENT, longest=LONGEST) as connection:
            connection.request("GET", path, headers=_headers(parts.netloc, place.token))
            with connection.getresponse() as response:
                _check(response)
                return _body(response)
    except CallFailed as failure:
        raise PullFailed(str(failure)) from None


def _headers(host: str, token: str) -> dict[str, str]:
    asked = {
        "Host": host, "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": AGENT,
        "Connection": "close",
    }  # fmt: skip
    return asked | ({"Authorization": f"Bearer {token}"} if token else {})


def _check(response: http.client.HTTPResponse) -> None:
    code = response.status
    if code == 200:
        return
    if 300 <= code < 400:
        raise PullFailed(REDIRECTED)
    if code in {401, 403}:
        raise PullFailed(NOT_LET_IN.format(code=code))
    rest = response.headers.get("Retry-After", "")
    asked = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 9 else 0
    raise PullFailed(NOT_ANSWERED.format(code=code), min(asked, _LONGEST_REST))


def _body(response: http.client.HTTPResponse) -> bytes:
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip"}:
        raise PullFailed(BAD_PACKING)
    unpacking = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    body, came = b"", 0
    try:
        while chunk := response.read(_CHUNK):
            came += len(chunk)
            left = MOST_BYTES - len(body)
            # One byte more than may be: a page that would unfold into gigabytes unfolds no further than this.
            body += chunk if unpacking is None else unpacking.decompress(chunk, left + 1)
            if max(came, len(body)) > MOST_BYTES:
                raise PullFailed(TOO_LARGE)
    except zlib.error:
        raise PullFailed(BAD_PACKING) from None
    except http.client.IncompleteRead:
        raise PullFailed(CUT_OFF) from None
    if response.length or (unpacking is not None and not unpacking.eof):
        raise PullFailed(CUT_OFF)
    return body
