"""What is measured, how often, and against which goal (issue 2, section L; issue 7, D)."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tests.bench.floors import Floor

REQUESTS = 200
WARM_UP = 20
_TICKS = os.sysconf("SC_CLK_TCK")  # of a second
_BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
)


@dataclass
class Figure:
    """One line of the table. Lengths of time in milliseconds unless `unit` says otherwise."""

    name: str
    value: float  # the median, or the one number there is
    goal: float | None = None
    unit: str = "ms"
    p95: float | None = None
    floor: float | None = None  # the bare SQL
    empty: float | None = None  # an empty page of the same size
    queries: int | None = None
    rows: int | None = None  # that they read
    cpu: float | None = None  # of the workers, for each request: what other programs take is not in it
    most: bool = True  # the goal is the most it may be; False: the least
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.most else self.value >= self.goal

    @property
    def ratio(self) -> float | None:
        """How many times its floor it is: the bare SQL, and for a page an empty one of the same size."""
        floor = (self.floor or 0) + (self.empty or 0)
        return self.value / floor if floor else None

    def beside(self, floor: Floor) -> "Figure":
        """With the bare SQL behind it."""
        self.floor, self.queries, self.rows = floor.milliseconds, floor.statements, floor.rows
        return self

    def plain(self) -> dict[str, Any]:
        """For bench.json."""
        return asdict(self) | {"met": self.met, "ratio": self.ratio}


def timed(ask: Callable[[int], None], *, requests: int = REQUESTS, warm_up: int = WARM_UP) -> list[float]:
    """The lengths of `requests` calls of `ask(number)` in milliseconds, after some that are not counted."""
    for number in range(warm_up):
        ask(number)
    taken = []
    for number in range(requests):
        begun = time.perf_counter()
        ask(warm_up + number)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def figure(name: str, taken: list[float], goal: float | None = None, **more: Any) -> Figure:
    """Median and 95th percentile as a line."""
    return Figure(name, statistics.median(taken), goal, p95=percentile(taken, 95), **more)


def percentile(taken: list[float], percent: int) -> float:
    """The value that `percent` of all do not exceed."""
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@dataclass
class Together:
    """Several clients at the same time, each in a thread of its own."""

    seconds: float = 0
    taken: list[float] = field(default_factory=list)

    def run(self, clients: list[Callable[[], None]], times: int) -> "Together":
        """Let every client act `times` times; all begin at once."""
        start = threading.Barrier(len(clients) + 1)
        faults: list[BaseException] = []

        def work(act: Callable[[], None]) -> None:
            start.wait()
            try:
                for _ in range(times):
                    begun = time.perf_counter()
                    act()
                    self.taken.append((time.perf_counter() - begun) * 1000)
            except BaseException as fault:  # noqa: BLE001 (a thread's fault is raised by the main one below)
                faults.append(fault)

        threads = [threading.Thread(target=work, args=(act,)) for act in clients]
        for thread in threads:
            thread.start()
        start.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        self.seconds = time.perf_counter() - begun
        if faults:
            raise faults[0]
        return self

    @property
    def rate(self) -> float:
        """How many a second."""
        return len(self.taken) / self.seconds


def resident_mebibytes(pid: int) -> float:
    """VmRSS of a process: shared pages counted in full, as the goal is set."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} has no VmRSS")


def processor_milliseconds(pids: list[int]) -> float:
    """How long these processes have been on a processor, in user and system mode."""
    ticks = 0
    for pid in pids:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(parts[11]) + int(parts[12])
    return ticks * 1000 / _TICKS


def processor_milliseconds_of_all(roots: list[int]) -> float:
    """The same of these processes and all their children, those included that have ended."""
    spent = 0.0
    for pid in roots:
        try:
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            of_tasks = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile: its parent's sum has it
        spent += sum(map(int, parts[11:15])) * 1000 / _TICKS
        spent += processor_milliseconds_of_all([int(pid) for listed in of_tasks for pid in listed.split()])
    return spent


def server_milliseconds(engine: Engine) -> float:
    """How long all of PostgreSQL's processes for this database have had a core; nothing on SQLite."""
    if engine.dialect.name != "postgresql":
        return 0.0
    with engine.connect().execution_options(postgresql_readonly=True) as connection:
        return sum(backend_milliseconds(pid) for pid in connection.execute(_BACKENDS).scalars())


def backend_milliseconds(pid: int) -> float:
    """The same of one; it is counted when a process lies down, which the pause lets it do."""
    threading.Event().wait(0.002)
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def proportional_mebibytes(pid: int) -> float:
    """Pss of a process: pages shared with the other workers divided among them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} has no Pss")
