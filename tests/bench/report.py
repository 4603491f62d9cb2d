"""The table on the screen, bench.json, and the results in docs/benchmarks.md."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from tests.bench.measures import Figure

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "benchmarks.md"


def cells(line: Figure) -> list[str]:
    """A line as the table shows it."""
    goal = "" if line.goal is None else f"{'≤' if line.most else '≥'} {line.goal:g}"
    return [
        line.name,
        f"{line.value:,.1f} {line.unit}",
        f"{line.p95:,.1f}" if line.p95 is not None else "",
        goal,
        {True: "met", False: "MISSED", None: ""}[line.met],
        f"{line.floor:.2f}" if line.floor is not None else "",
        f"{line.empty:.2f}" if line.empty is not None else "",
        f"{line.ratio:.1f}" if line.ratio is not None else "",
        str(line.queries) if line.queries is not None else "",
        f"{line.rows:,}" if line.rows is not None else "",
        f"{line.cpu:.1f}" if line.cpu is not None else "",
        line.note,
    ]


HEAD = [
    "",
    "median",
    "p95",
    "goal",
    "",
    "bare SQL ms",
    "empty page ms",
    "×",
    "queries",
    "rows",
    "CPU ms",
    "note",
]


def show(engine: str, lines: list[Figure]) -> None:
    """Print the table of an engine."""
    rows = [HEAD, *map(cells, lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    print(f"\n{engine}")
    for row in rows:
        first, *rest = row
        text = [first.ljust(widths[0])]
        text += [cell.rjust(width) for cell, width in zip(rest[:-1], widths[1:-1], strict=True)]
        print("  ".join([*text, rest[-1]]).rstrip())


def machine() -> dict[str, Any]:
    """What it was measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.machine(),
    )  # fmt: skip
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": memory,
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "python": platform.python_version(),
        "load_at_start": os.getloadavg()[0],
    }


def keep(results: dict[str, Any]) -> None:
    """Write bench.json."""
    (ROOT / "bench.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


def write_docs(results: dict[str, Any], tables: dict[str, list[Figure]], docs: Path = DOCS) -> None:
    """Put the results between the marks of their size in docs/benchmarks.md; an engine that was not
    measured this time keeps its table."""
    before, section, after = place_of(results["size"]["dossiers"], docs)
    measured = {engine: _section(results, engine, lines) for engine, lines in tables.items()}
    parts = _parts(section) | measured
    text = "\n".join(parts[engine] for engine in sorted(parts, key=_place))
    docs.write_text(f"{before}\n\n{text}\n{after}", encoding="utf-8")


def place_of(size: int, docs: Path = DOCS) -> tuple[str, str, str]:
    """What stands before the tables of a size, the tables, and what stands behind.

    Raises:
        LookupError: that size has no place there.
    """
    begin, end = marks(size)
    head, found, rest = docs.read_text(encoding="utf-8").partition(begin)
    if not found:
        raise LookupError(f"{docs.name} has no place for this size: {begin}")
    section, _, tail = rest.partition(end)
    return head + begin, section, end + tail


def marks(size: int) -> tuple[str, str]:
    """Between which lines the tables of a size stand."""
    name = f"{size:,}"
    return f"<!-- results of {name} dossiers: make bench BENCH_ARGS=--docs -->", f"<!-- end of {name} -->"


def _place(engine: str) -> int:
    return ("sqlite", "postgresql").index(engine)


def _parts(section: str) -> dict[str, str]:
    """The tables that stand there, by their engine."""
    parts = {}
    for part in section.split("### ")[1:]:
        parts[part.partition(" ")[0]] = f"### {part.rstrip()}\n"
    return parts


def _section(results: dict[str, Any], engine: str, lines: list[Figure]) -> str:
    on, size = results["machine"], results["size"]
    parts = [
        f"### {engine} ({results['versions'][engine]}), {size['dossiers']:,} dossiers\n",
        (
            f"Measured on {results['measured_at'][:10]}: {on['processor']}, {on['cores']} cores, "
            f"{on['memory_mib'] / 1024:.0f} GiB, {on['system']}, Python {on['python']}; load when it began "
            f"{on['load_at_start']:.1f}. {size['dossiers']:,} dossiers, {size['open']:,} of them open, "
            f"{size['agencies']} agencies, {size['procedures']:,} procedures; "
            f"{results['requests']} requests each.\n"
        ),
        "| " + " | ".join(name or "what" for name in HEAD) + " |",
        "|---" * len(HEAD) + "|",
        *("| " + " | ".join(cells(line)) + " |" for line in lines),
        "",
    ]
    return "\n".join(parts)
