"""The order of a run: what takes long is started first, so that no worker is left with it at the end.

xdist's `worksteal` gives each worker an equal share of the list as it stands, and whoever is done takes from
the end of another's share. So each share begins with some of the tests marked `long`. The others keep their
order, because tests of one module share what it has set up; a module marked as a whole stays together.
"""

import pytest


def longest_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same items, in shares of which each begins with its part of the long ones."""
    long_ones: dict[str, list[pytest.Item]] = {}
    others: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("long") is None:
            others.append(item)
            continue
        alone = any(mark.name == "long" for mark in item.own_markers)
        long_ones.setdefault(item.nodeid if alone else item.nodeid.partition("::")[0], []).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for turn, together in enumerate(long_ones.values()):
        shares[turn % workers] += together
    size = len(items) / workers
    for number, share in enumerate(shares, 1):
        room = max(0, round(number * size) - round((number - 1) * size) - len(share))
        share.extend(others[:room])
        del others[:room]
    return [item for share in shares for item in share] + others


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """pytest's hook; tests/conftest.py registers this module."""
    items[:] = longest_first(items, getattr(config, "workerinput", {}).get("workercount", 1))
