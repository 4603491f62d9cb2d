"""Clients that receive dossiers without pause while their workers are killed, noting what is acknowledged."""

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.support.receiving import KEY, PATH, Desk, code_of
from tests.support.servers import WebServer
from tests.support.visitor import Fields, Visitor

BETWEEN = 4  # receptions from one kill to the next
_PACE = threading.Event()  # never set: its wait() spaces the kills


@dataclass
class Tally:
    """What happened, from the clients' and from the killer's side."""

    acked: dict[str, str] = field(default_factory=dict)  # the form's key → the code answered
    unknown: int = 0  # sent, and no answer came: tried again with the same key
    busy: int = 0  # 503: tried again with the same key
    kills: int = 0
    kills_in_flight: int = 0
    refused: list[str] = field(default_factory=list)


class _Client(threading.Thread):
    def __init__(self, url: str, token: str, procedure: str, tally: Tally, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._visitor = Visitor(url, token, timeout=20)
        self._procedure, self._tally, self._over = procedure, tally, stop
        self.in_flight = False

    def run(self) -> None:
        desk = self._open()
        while not self._over.is_set() and not self._tally.refused:
            fields = desk.fill()
            if code := self._send(fields):
                self._tally.acked[dict(fields)[KEY]] = code
        self._visitor.hang_up()

    def _open(self) -> Desk:
        while True:
            try:
                return Desk.at(self._visitor, self._procedure)
            except (OSError, http.client.HTTPException):
                continue

    def _send(self, fields: Fields) -> str | None:
        """Send one form until it is answered, even when told to stop: then nothing is left unknown."""
        while True:
            self.in_flight = True
            try:
                answer = self._visitor.post(PATH, fields)
            except (OSError, http.client.HTTPException):
                self._tally.unknown += 1
                continue
            finally:
                self.in_flight = False
            if answer.status == 503:
                self._tally.busy += 1
                continue
            if answer.status not in {302, 303}:
                self._tally.refused.append(f"{answer.status}: {answer.text()[:2000]}")
                return None
            return code_of(answer)


@dataclass
class Load:
    """Clients at work, and what they have noted."""

    tally: Tally
    clients: list[_Client]
    stop: threading.Event

    @property
    def over(self) -> bool:
        """Whether its time is over, or a reception was refused."""
        return self.stop.is_set() or bool(self.tally.refused)

    @property
    def in_flight(self) -> int:
        """How many of them wait for an answer."""
        return sum(client.in_flight for client in self.clients)


@contextmanager
def receiving(url: str, tokens: list[str], procedure: str, longest: float) -> Iterator[Load]:
    """A client a token receives until the end, at most `longest` seconds; then no form is left unanswered."""
    tally, stop = Tally(), threading.Event()
    clients = [_Client(url, token, procedure, tally, stop) for token in tokens]
    for client in clients:
        client.start()
    over = threading.Timer(longest, stop.set)
    over.start()
    try:
        yield Load(tally, clients, stop)
    finally:
        over.cancel()
        stop.set()
        for client in clients:
            client.join()


def hammer(
    server: WebServer, tokens: list[str], procedure: str, *, kills: int, longest: float, rng: Random
) -> Tally:
    """Let a client a token receive until `kills` workers have been killed; at most `longest` seconds."""
    with receiving(server.url, tokens, procedure, longest) as load:
        tally, last = load.tally, 0
        while tally.kills < kills and not load.over:
            _PACE.wait(rng.uniform(0.005, 0.1))
            workers = server.workers()
            if not workers or len(tally.acked) < last + BETWEEN:
                continue  # a kill before anything was done again would only hold up the work
            last = len(tally.acked)
            flying = load.in_flight > 0
            os.kill(rng.choice(workers), signal.SIGKILL)
            tally.kills += 1
            tally.kills_in_flight += flying
    return tally
