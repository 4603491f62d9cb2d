"""How much processor a page takes, whoever else uses the machine.

    python -m tests.bench.cpu [--keep FOLDER] [--size N] [--requests N] [--only WORDS] [--profile WORDS]

The application runs in this process, so nothing waits for a client; every page is asked in turn between two
runs of a fixed piece of Python. What is printed is the median of page ÷ loop: a busy machine or a slower
one changes that little. --keep builds the office in a folder once and finds it there the next time.
"""

import argparse
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.bench import offices
from tests.bench.population import Office
from tests.bench.session import LONG_LIFE, Bench, InProcess
from tests.bench.yardstick import loop, spent
from tests.support.receiving import Desk
from tthc_tracker.extensions import database
from tthc_tracker.web import secretwords

SIZE, REQUESTS, WARM_UP = 100_000, 200, 10
Ask = Callable[[int], None]


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cpu", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="the folder of an office to use again")
    parser.add_argument("--size", type=int, default=SIZE, help="dossiers of an office not built yet")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", default="", help="the page of this name, or those whose names hold it")
    parser.add_argument("--profile", default="", help="the functions that one page spends its time in")
    return parser.parse_args()


def office_in(folder: Path, size: int) -> tuple[str, Office]:
    """The office of a folder on SQLite, built if nobody has yet; its people signed in just now."""
    offices.build("sqlite", folder, size)
    url = f"sqlite:///{folder / offices.FILE}"
    database.bind(url)
    offices.sign_in()
    return url, offices.of(folder)


def pages(bench: Bench) -> dict[str, Ask]:
    """What is asked: the pages of section L, the form and the reception."""
    of, found = bench.office, {}
    name = bench.names(secretwords.MOST)
    summary = "/tong-hop?by=agency"
    for words, token, path in (
        ("overdue list, whole province", of.controller, "/giam-sat/qua-han"),
        ("overdue list, one agency", of.head, "/giam-sat/qua-han"),
        ("dossier page", of.controller, bench.dossier),
        (LONG_LIFE, of.controller, bench.long_life),
        ("search by name, whole province", of.controller, name),
        ("search by name, one agency", of.head, name),
        ("summary, kept for a minute", of.controller, summary),
        ("summary, reckoned anew", of.controller, summary + "&moi=1"),
        ("start page, head", of.head, "/"),
        ("start page, clerk", of.clerk, "/"),
        ("reception form", of.clerk, "/tiep-nhan"),
    ):
        found[words] = _page(bench.client(token), path)
    return found | {"reception": reception(bench)}


def _page(client: Any, path: str | Callable[[int], str]) -> Ask:
    def ask(number: int) -> None:
        address = path(number) if callable(path) else path
        answer = client.get(address, base_url="https://localhost", buffered=False)
        assert answer.status_code == 200, f"{address}: {answer.status}"
        answer.close()

    return ask


def reception(bench: Bench) -> Ask:
    """One clerk who receives one dossier after the other."""
    desk = Desk.at(InProcess(bench.client(bench.office.clerk)), bench.office.procedure_codes[0])
    return lambda _: _received(desk)


def _received(desk: Desk) -> None:
    desk.receive()


def measure(asked: dict[str, Ask], requests: int) -> dict[str, tuple[float, float]]:
    """Of each page the median of page ÷ loop and of its milliseconds; page and loop take turns."""
    for ask in asked.values():
        for number in range(WARM_UP):
            ask(number)
    ratios: dict[str, list[float]] = {name: [] for name in asked}
    taken: dict[str, list[float]] = {name: [] for name in asked}
    before = spent(loop)
    for number in range(requests):
        for name, ask in asked.items():
            page = spent(ask, WARM_UP + number)
            after = spent(loop)
            ratios[name].append(2 * page / (before + after))
            taken[name].append(page)
            before = after
    return {name: (statistics.median(ratios[name]), statistics.median(taken[name])) for name in asked}


def profile(ask: Ask, requests: int) -> None:
    """Where one page's time goes: the share of samples that found a function at work, and at work itself."""
    for number in range(WARM_UP):
        ask(number)
    within: Counter[str] = Counter()
    itself: Counter[str] = Counter()

    def sample(_signal: int, frame: FrameType | None) -> None:
        itself[_named(frame)] += 1
        found = set()
        while frame is not None:
            found.add(_named(frame))
            frame = frame.f_back
        within.update(found)

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    for number in range(requests):
        ask(number)
    signal.setitimer(signal.ITIMER_PROF, 0)
    total = sum(itself.values())
    print(f"{'of all':>7}{'itself':>8}  {total:,} samples, {requests} requests")
    for name, count in within.most_common(90):
        print(f"{count / total:7.1%}{itself[name] / total:8.1%}  {name}")


def _named(frame: FrameType | None) -> str:
    code = frame.f_code if frame else (lambda: None).__code__
    place = Path(code.co_filename).parts[-2:]
    return f"{'/'.join(place)}:{code.co_firstlineno} {code.co_name}"


def main() -> int:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="tthc-cpu-") as folder:
        home = asked.keep or Path(folder)
        url, office = office_in(home, asked.size)
        found, words = pages(Bench(url, home, office, asked.requests)), asked.profile or asked.only
        chosen = {name: ask for name, ask in found.items() if name == words} or {
            name: ask for name, ask in found.items() if words in name
        }
        if asked.profile:
            profile(next(iter(chosen.values())), asked.requests)
        else:
            print(f"{'page':34}{'÷ loop':>8}{'CPU ms':>9}")
            for name, (ratio, milliseconds) in measure(chosen, asked.requests).items():
                print(f"{name:34}{ratio:8.2f}{milliseconds:9.2f}")
        database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
