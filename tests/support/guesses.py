"""Guessing at the look-up: a guesser with an address of his own, and how alike two lots of times are."""

import http.client
import re
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

PATH = "/tra-cuu"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Guess:
    """One guess and what came of it. `body`: the page, without what is new in every page."""

    code: str
    status: int
    body: str
    seconds: float


@dataclass
class Guesser:
    """Somebody at one address of loopback: the server sees where he comes from."""

    url: str
    address: str
    _cookie: str = field(init=False)
    _csrf: str = field(init=False)

    def __post_init__(self) -> None:
        with closing(self._connected()) as connection:
            connection.request("GET", PATH)
            page = connection.getresponse()
            found = _TOKEN.search(page.read().decode())
            assert found
            self._csrf, self._cookie = found[1], page.getheader("Set-Cookie", "").partition(";")[0]

    def guesses(self, code: str, number: str, **headers: str) -> Guess:
        """Ask for one code with one number; the time is that of the answer, not of the connection."""
        body = urlencode({"code": code, "number": number, "csrf_token": self._csrf})
        sent = {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie,
            "Referer": self.url, "Connection": "close",
        }  # fmt: skip
        with closing(self._connected()) as connection:
            began = time.perf_counter()
            connection.request("POST", PATH, body, sent | headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            seconds = time.perf_counter() - began
        return Guess(code, answer.status, same_page(text, code, number), seconds)

    def _connected(self) -> http.client.HTTPConnection:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=30, source_address=(self.address, 0)
        )
        connection.connect()
        return connection


def same_page(text: str, code: str, number: str) -> str:
    """A page without the form's token, and without what was typed into it."""
    text = _TOKEN.sub("", text)
    return text.replace(f'value="{code}"', 'value=""').replace(f'value="{number}"', 'value=""')


def address(number: int) -> str:
    """The number-th address of loopback, each in a network (/24) of its own."""
    return f"127.{1 + number // 256}.{number % 256}.7"


def chance_of_being_longer(first: Sequence[float], second: Sequence[float]) -> float:
    """How often a time of the first lot is longer than one of the second: 0.5 when they cannot be told apart.

    By ranks (Mann and Whitney), so that a few slow answers weigh nothing.
    """
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, lot) in enumerate(ranked, 1) if lot == 0)
    smallest = len(first) * (len(first) + 1) / 2
    return (ranks - smallest) / (len(first) * len(second))


def spread(seconds: Sequence[float]) -> str:
    """Median and the middle half, in milliseconds."""
    low, middle, high = (value * 1000 for value in statistics.quantiles(seconds, n=4))
    return f"median {middle:.2f} ms, middle half {low:.2f} to {high:.2f} ms"
