"""A stand-in for the provincial portal: the contract of docs/api.md over real HTTP, and moods to lie in."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ma-truy-cap-cua-cong"
BOMB = gzip.compress(b" " * (16 << 20))  # sixteen kilobytes

Headers = dict[str, str]


@dataclass
class Portal:
    """What it has, in the order of its changes, and how it answers. `moods` are spent first, one each.

    fine · slow: a byte every while · down: 500 · busy: 503 with Retry-After · elsewhere: redirects ·
    page: half of a page · html · lying: items that are none · loop: more, and never further · bomb: gzip that
    unfolds into gigabytes · packed: gzip, as asked for · claims: a length it does not keep.
    """

    url: str = ""
    dossiers: list[dict[str, Any]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    page: int = 200  # dossiers a page, whatever is asked for
    asked: list[tuple[str, Headers]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def body(self, cursor: str) -> bytes:
        """A page behind a cursor, as the contract has it."""
        start = int(cursor or 0)
        items = self.dossiers[start : start + self.page]
        behind = start + len(items)
        said = {"items": items, "next": str(behind), "more": behind < len(self.dossiers)}
        return json.dumps(said, ensure_ascii=False).encode()

    def answer(self, mood: str, cursor: str) -> tuple[int, Headers, bytes]:
        """Status, headers and body in a mood."""
        body = self.body(cursor)
        loop = json.dumps({"items": [], "next": cursor, "more": True}).encode()
        zipped = {"Content-Encoding": "gzip"}
        answers: dict[str, tuple[int, Headers, bytes]] = {
            "down": (500, {}, b"{}"),
            "busy": (503, {"Retry-After": "7200"}, b"{}"),
            "elsewhere": (302, {"Location": f"{self.url}/noi-khac"}, b""),
            "page": (200, {}, body[: len(body) // 2]),
            "claims": (200, {"Content-Length": str(len(body) + 10)}, body),
            "html": (200, {"Content-Type": "text/html"}, "<h1>Hệ thống đang bảo trì</h1>".encode()),
            "lying": (200, {}, b'{"items": ["H50"], "next": "1", "more": false}'),
            "loop": (200, {}, loop),
            "bomb": (200, zipped, BOMB),
            "packed": (200, zipped, gzip.compress(body)),
        }
        return answers.get(mood, (200, {}, body))


class _Server(ThreadingHTTPServer):
    portal: Portal


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        portal = self.server.portal
        portal.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.say(401, {}, b"{}")
            return
        cursor = parse_qs(urlsplit(self.path).query).get("changed_since", [""])[0]
        mood = portal.moods.pop(0) if portal.moods else "fine"
        if mood == "slow":
            self.drip(portal)
        else:
            self.say(*portal.answer(mood, cursor))

    def say(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # whoever asked has heard enough
            self.wfile.write(body)

    def drip(self, portal: Portal) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # hung up on
            while not portal.done.wait(0.02):
                self.wfile.write(b" ")

    def log_message(self, *_said: Any) -> None:
        """Nothing: tests say what came."""


@contextmanager
def opened() -> Iterator[Portal]:
    """A portal on a free port of this machine; who does not bear its token is sent away."""
    server, portal = _Server(("127.0.0.1", 0), _Handler), Portal()
    server.portal, portal.url = portal, f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield portal
    finally:
        portal.done.set()
        server.shutdown()
        thread.join()
        server.server_close()
