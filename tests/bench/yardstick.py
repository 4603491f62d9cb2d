"""A fixed piece of Python: what a machine is worth on the day, so that tables of two days can be compared."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def loop() -> int:
    """The measure: dictionaries, text and calls as a page has them, and nothing of ours."""
    made = []
    for number in range(4000):
        row = {"code": f"H50.{number:05}", "late": number % 7, "name": "Trần Thị Người Thứ"}
        made.append(
            f"<td>{row['code']}</td><td>{row['name'].lower()} {row['late']}</td>".replace("<", "&lt;")
        )
    return len("".join(made))


def spent(act: Callable[..., Any], *arguments: Any) -> float:
    """Milliseconds of processor that something takes in this process."""
    begun = time.process_time()
    act(*arguments)
    return (time.process_time() - begun) * 1000


def length(times: int = 100) -> float:
    """The median of the loop in milliseconds of processor."""
    return statistics.median(spent(loop) for _ in range(times))
