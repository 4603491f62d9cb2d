"""The table on the screen, bench.json, and the results in docs/benchmarks.md."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from tests.bench.measures import Figure

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: make bench BENCH_ARGS=--docs -->", "<!-- end of results -->"


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
        f"{line.ratio:.1f}" if line.ratio is not None else "",
        str(line.queries) if line.queries is not None else "",
        f"{line.cpu:.1f}" if line.cpu is not None else "",
        line.note,
    ]


HEAD = ["", "median", "p95", "goal", "", "bare SQL ms", "×", "queries", "CPU ms", "note"]


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


def write_docs(results: dict[str, Any], tables: dict[str, list[Figure]]) -> None:
    """Put the results between the marks of docs/benchmarks.md."""
    text = DOCS.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCS.write_text(f"{head}{BEGIN}\n\n{_markdown(results, tables)}\n{END}{tail}", encoding="utf-8")


def _markdown(results: dict[str, Any], tables: dict[str, list[Figure]]) -> str:
    on, size = results["machine"], results["size"]
    head = (
        f"Measured on {results['measured_at'][:10]}: {on['processor']}, {on['cores']} cores, "
        f"{on['memory_mib'] / 1024:.0f} GiB, {on['system']}, Python {on['python']}; load when it began "
        f"{on['load_at_start']:.1f}. {size['dossiers']:,} dossiers, {size['open']:,} of them open, "
        f"{size['agencies']} agencies, {size['procedures']:,} procedures; "
        f"{results['requests']} requests each.\n"
    )
    parts = [head]
    for engine, lines in tables.items():
        parts.append(f"### {engine} ({results['versions'][engine]})\n")
        parts.append("| " + " | ".join(name or "what" for name in HEAD) + " |")
        parts.append("|---" * len(HEAD) + "|")
        parts += ["| " + " | ".join(cells(line)) + " |" for line in lines]
        parts.append("")
    return "\n".join(parts)
