"""What `make bench-peers` reckons: who does not answer is asked the rest, and what stands beside ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.measures import processor_milliseconds_of_all
from tests.bench.peers import table
from tests.bench.peers.asking import Ask, Command, Figure, Patience, Site, measure
from tests.bench.peers.table import Result

NOTHING, NEVER = [sys.executable, "-c", ""], ["tail", "-f", "/dev/null"]


def _given_up(_number: int) -> None:
    raise TimeoutError


@pytest.mark.parametrize(
    ("scan", "given_up"), [(NOTHING, False), (NEVER, True)], ids=["a scan", "a hung one"]
)
def test_what_does_not_answer_is_given_up_and_the_rest_is_asked(
    tmp_path: Path, scan: list[str], given_up: bool
) -> None:
    restarts: list[str] = []
    command = Command(scan, os.environ, tmp_path)
    pages: dict[str, Ask] = {"summary": _given_up, "list": lambda _: None}
    site = Site(
        "theirs", "10 tickets", pages, {"scan": command}, lambda: [os.getpid()],
        lambda: restarts.append("again"),
    )  # fmt: skip
    found = dict(measure(site, Patience(requests=3, page=30, scan=0.3 if given_up else 60)))
    assert {name: figure.beyond for name, figure in found.items()} == {
        "summary": True, "list": False, "scan": given_up
    }  # fmt: skip
    assert found["summary"].clock == 30_000
    assert len(restarts) == 1 + given_up


def test_the_processor_of_children_counts_those_that_have_ended_too() -> None:
    works_and_waits = f"{sys.executable} -c 'sum(range(3_000_000))'; echo done; read go"
    with subprocess.Popen(
        ["sh", "-c", works_and_waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"done\n"
        assert processor_milliseconds_of_all([parent.pid]) >= 10
        parent.communicate(b"\n")
    assert processor_milliseconds_of_all([parent.pid]) == 0  # it has ended, and nothing is raised


def test_each_action_stands_beside_ours() -> None:
    ours = Result("ours", "1,000 dossiers", True, {"list": Figure(10, 5), "kept": Figure(2, 1)})
    theirs = Result("theirs", "100 tickets", False, {"list": Figure(254, 40)})
    slow = Result("slow", "100 tickets", False, {"list": Figure(30_000, 29_500, beyond=True)})
    assert table.lines([ours, theirs, slow]) == [
        "| what | ours, 1,000 dossiers | theirs, 100 tickets | × ours | slow, 100 tickets | × ours |",
        "|---|---|---|---|---|---|",
        "| list | 10.0 (5.0) | 254.0 (40.0) | 25 / 8.0 | > 30 s (> 29.5 s) | > 3,000 / > 5,900 |",
        "| kept | 2.0 (1.0) |  |  |  |  |",
    ]


def test_without_ours_nothing_is_set_beside_it() -> None:
    lines = table.lines([Result("theirs", "100 tickets", False, {"list": Figure(254, 40)})])
    assert lines == ["| what | theirs, 100 tickets |", "|---|---|", "| list | 254.0 (40.0) |"]
