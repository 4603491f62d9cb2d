"""Asks a site what a person waits for, and says what it took: by the clock, and of the processor of all the
processes that answer, the database's with the web's.

What does not answer in time is said to have taken longer; the site is started anew, and the rest is asked.
"""

import os
import resource
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measures import processor_milliseconds_of_all

Ask = Callable[[int], None]
SCAN = "scan, nothing new"
WARM_UP, LEAST = 5, 3
LONG_ENOUGH = 60  # seconds; an action that takes seconds need not be asked for fifty times


@dataclass(frozen=True)
class Command:
    """What looks for what has become late: theirs is run by cron, ours by a person who cannot wait."""

    arguments: list[str]
    env: Mapping[str, str]
    folder: Path


@dataclass(frozen=True)
class Site:
    """What is asked of one of them, and the processes that answer: those named, with all their children."""

    name: str
    holds: str
    pages: dict[str, Ask]
    scans: dict[str, Command]
    processes: Callable[[], list[int]]
    restart: Callable[[], None]

    def processor(self) -> float:
        """Milliseconds of processor that its processes have had so far."""
        return processor_milliseconds_of_all(self.processes())


@dataclass(frozen=True)
class Figure:
    """Milliseconds by the clock and of the processor; `beyond`: it took longer than that."""

    clock: float
    processor: float
    beyond: bool = False


@dataclass(frozen=True)
class Patience:
    """How often and how long is asked. Seconds: a person for a page, an office for its scan."""

    requests: int
    page: float
    scan: float


def measure(site: Site, patience: Patience) -> Iterator[tuple[str, Figure]]:
    """Of each page the median and what one took of the processor; of a scan its second run."""
    for name, ask in site.pages.items():
        figure = _page(site, ask, patience)
        if figure.beyond:
            site.restart()
        yield name, figure
    for name, scan in site.scans.items():
        first = _scan(site, scan, patience.scan)  # what is new is told by the first
        figure = first if first.beyond else _scan(site, scan, patience.scan)
        if figure.beyond:
            site.restart()
        yield name, figure


def _page(site: Site, ask: Ask, patience: Patience) -> Figure:
    for number in range(WARM_UP):
        try:
            warm = _once(site, ask, number, patience.page)
        except ConnectionError:  # closed by the server: nothing came on it for long, or it was started anew
            warm = _once(site, ask, number, patience.page)
        if warm.beyond:
            return warm
    taken: list[Figure] = []
    while len(taken) < patience.requests and (len(taken) < LEAST or _seconds(taken) < LONG_ENOUGH):
        taken.append(_once(site, ask, WARM_UP + len(taken), patience.page))
        if taken[-1].beyond:
            return taken[-1]
    processor = sum(each.processor for each in taken) / len(taken)
    return Figure(statistics.median(each.clock for each in taken), processor)


def _seconds(taken: list[Figure]) -> float:
    return sum(each.clock for each in taken) / 1000


def _once(site: Site, ask: Ask, number: int, bound: float) -> Figure:
    """One request; its visitor gives up when nothing has come for `bound` seconds (`Visitor(timeout=…)`), and
    what has trickled in for longer is given up too."""
    before, begun = site.processor(), time.perf_counter()
    try:
        ask(number)
        clock = (time.perf_counter() - begun) * 1000
    except TimeoutError:
        clock = bound * 1000
    beyond = clock >= bound * 1000
    return Figure(bound * 1000 if beyond else clock, site.processor() - before, beyond)


def _scan(site: Site, scan: Command, bound: float) -> Figure:
    before, begun = site.processor() + _children(), time.perf_counter()
    with subprocess.Popen(
        scan.arguments, env=dict(scan.env), cwd=scan.folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            _, fault = process.communicate(timeout=bound)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Figure(bound * 1000, site.processor() + _children() - before, beyond=True)
    clock = (time.perf_counter() - begun) * 1000
    assert process.returncode == 0, fault.decode(errors="replace")[-2000:]
    return Figure(clock, site.processor() + _children() - before)


def _children() -> float:
    """Milliseconds of processor of the commands that have ended here."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000
