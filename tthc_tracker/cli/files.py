"""How commands read a catalogue file and say what became of it."""

import sys
from pathlib import Path

import click

from tthc_tracker.services.tablerows import BadRows, Outcome


def read_text(path: Path) -> str:
    """A file as text; UTF-8 with or without BOM, nothing else: a wrong guess would spoil every name."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(
            f"Tệp {path.name} không phải UTF-8. Hãy lưu lại dạng «CSV UTF-8» rồi nạp lại."
        ) from None
    except OSError as error:
        raise click.ClickException(f"Không mở được tệp {path}: {error.strerror}.") from None


def refuse(name: str, error: BadRows) -> None:
    """Name every bad row on stderr and end with status 1."""
    click.echo(f"{name}: chưa nạp gì cả, có {len(error.faults)} chỗ cần sửa:", err=True)
    for fault in error.faults:
        column = f", cột {fault.column}" if fault.column else ""
        click.echo(f"  dòng {fault.row}{column}: {fault.message}", err=True)
    sys.exit(1)


def tell(name: str, outcome: Outcome) -> None:
    """Say how many rows were new, changed or as before."""
    click.echo(f"{name}: thêm {outcome.added}, sửa {outcome.changed}, giữ nguyên {outcome.unchanged}.")
