"""A signed-in visitor over one kept connection, without a browser: for load, kills and measurements."""

import http.client
import socket
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urljoin, urlsplit

SESSION_COOKIE = "__Host-tthc-session"


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")

    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


Fields = list[tuple[str, str]]


class _Forms(HTMLParser):
    """The fields of every form of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._fields: Fields = []
        self._select = ""
        self._chosen: str | None = None
        self._area = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        if tag == "form":
            self._fields = []
            self.forms.append((given.get("action") or "", self._fields))
        elif tag == "input" and name:
            self._input(given.get("type") or "text", name, value, checked="checked" in given)
        elif tag == "select":
            self._select, self._chosen = name, None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in given):
            self._chosen = value or ""
        elif tag == "textarea":
            self._area, self._text = name, ""

    def _input(self, kind: str, name: str, value: str | None, *, checked: bool) -> None:
        if kind in {"checkbox", "radio"}:
            if checked:
                self._fields.append((name, value or "on"))
        elif kind not in {"submit", "button", "image", "file"}:
            self._fields.append((name, value or ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self._fields.append((self._select, self._chosen or ""))
            self._select = ""
        elif tag == "textarea" and self._area:
            self._fields.append((self._area, self._text.strip()))
            self._area = ""


def form_of(page: Answer, action: str, *, holding: str = "") -> Fields:
    """The fields of the form of `page` that is sent to `action` (an empty one is sent to the page itself);
    the first that has a field of the name `holding`, where several are."""
    parser = _Forms()
    parser.feed(page.text())
    found = [
        fields
        for target, fields in parser.forms
        if urlsplit(target).path == action and (not holding or holding in dict(fields))
    ]
    assert found, f"no form for {action!r} among {[target for target, _ in parser.forms]}"
    return found[0]


def filled(fields: Fields, **values: str) -> Fields:
    """A form's fields with some of them filled in."""
    left = [(name, value) for name, value in fields if name not in values]
    return left + list(values.items())


@dataclass
class Visitor:
    """One browser tab's worth of requests: cookies are kept, the connection too."""

    url: str
    token: str = ""  # of the session cookie
    timeout: float = 30
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        if self.token:
            self.cookies[SESSION_COOKIE] = self.token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Drop the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str) -> Answer:
        """GET a path."""
        return self.ask("GET", path)

    def post(self, path: str, fields: Fields) -> Answer:
        """POST a form as browsers do, from a page of the same site."""
        return self.ask("POST", path, urlencode(fields).encode())

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """One request over the kept connection.

        Raises:
            OSError, http.client.HTTPException: no answer came; whether it was carried out is not known.
        """
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url,
                        "Referer": urljoin(self.url, path)}  # fmt: skip
        try:
            connection = self._open()
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            answer = Answer(
                reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
            )
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if reply.will_close:
            self.hang_up()
        return answer

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            place = urlsplit(self.url)
            self._connection = http.client.HTTPConnection(
                place.hostname or "", place.port, timeout=self.timeout
            )
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection
