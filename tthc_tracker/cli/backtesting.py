"""`flask alerts backtest`: how good the signs of risk would have been."""

import dataclasses
import datetime as dt
import json
from statistics import median

import click

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.services.backtesting import Outcome, Warned, backtest
from tthc_tracker.wording.formats import day, number, percent

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("backtest")
@click.option("--from", "first", type=DAY, required=True, help="First day of the deadlines looked at.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, before today.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def backtest_command(first: dt.datetime, last: dt.datetime, form: str) -> None:
    """Print precision and recall of "nguy cơ quá hạn" and of "sắp đến hạn", and the days of warning gained.

    Over the dossiers whose deadline came in these days, with what was usual in the twelve months before them.
    """
    if not first <= last < clock.now().replace(tzinfo=None).replace(hour=0, minute=0, second=0):
        raise click.ClickException("Hãy chọn --from không sau --to, và --to trước hôm nay.")
    with database.reading() as session:
        outcome = backtest(session, first.date(), last.date(), clock.HANOI)
    click.echo(_as_json(outcome) if form == "json" else _as_text(outcome, first.date(), last.date()))


def _as_json(outcome: Outcome) -> str:
    rules = {"risk": outcome.risk, "due_soon": outcome.due_soon}
    answer = {"dossiers": outcome.dossiers, "late": outcome.late} | {
        name: dataclasses.asdict(rule) | {"precision": rule.precision(), "recall": rule.recall(outcome.late)}
        for name, rule in rules.items()
    }
    gained = outcome.gained
    days = {"median": median(gained), "mean": sum(gained) / len(gained)} if gained else None
    return json.dumps(answer | {"working_days_gained": days}, ensure_ascii=False)


def _as_text(outcome: Outcome, first: dt.date, last: dt.date) -> str:
    looked_at = f"{number(outcome.dossiers)} hồ sơ, {number(outcome.late)} trễ hạn"
    lines = [
        f"Hạn từ {day(first)} đến {day(last)}: {looked_at}.",
        _rule("Nguy cơ quá hạn", outcome.risk, outcome.late),
        _rule("Sắp đến hạn", outcome.due_soon, outcome.late),
    ]
    if outcome.gained:
        mean = sum(outcome.gained) / len(outcome.gained)
        lines.append(
            "Báo nguy cơ sớm hơn báo sắp đến hạn, với hồ sơ trễ đã báo: "
            f"trung vị {number(median(outcome.gained), 1)} ngày làm việc, trung bình {number(mean, 1)}."
        )
    return "\n".join(lines)


def _rule(name: str, rule: Warned, late: int) -> str:
    return (
        f"{name}: báo {number(rule.warned)}, đúng {number(rule.late)}; "
        f"độ chính xác {_share(rule.precision())}, độ phủ {_share(rule.recall(late))}."
    )


def _share(value: float | None) -> str:
    return "–" if value is None else percent(100 * value)
