"""The catalogue of pause rules: what a reason does to the clock, for all or for one procedure, from a day on.

A rule is never changed for the past: another one takes its place from its day on. A pause keeps the policy by
which it was put down.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import LONGEST_DAYS, PauseReason, PauseRule
from tthc_tracker.models.pausing import PauseRule as RuleRow
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.queries import pauses
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person
from tthc_tracker.services.supplements import LONGEST_BASIS, words
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table
from tthc_tracker.services.wholerules import may_set, procedure_named

ONLY_THE_WHOLE = "Quy tắc tạm dừng dùng chung cho mọi cơ quan: chỉ quản trị viên toàn hệ thống được sửa."
DAYS = f"Cần số ngày từ 1 đến {LONGEST_DAYS}."
WITHIN = "Số ngày làm việc từ 1 đến 60, chỉ khi quy tắc là tính lại từ đầu."


@dataclass(frozen=True)
class SetRule:
    """A rule from a day on. procedure_code empty: for all procedures that have none of their own."""

    reason: PauseReason
    procedure_code: str
    valid_from: dt.date | None
    policy: PausePolicy
    lasts_days: int | None
    restart_within: int | None = None
    basis: str = ""


def set_rule(session: Session, command: SetRule, *, person: Person, now: dt.datetime) -> None:
    """Put a rule into force from today or a later day; the same day's rule is replaced.

    Raises:
        InvalidInput: a field, by its name in the command; or not a person of all agencies.
    """
    if not may_set(session, person):
        raise InvalidInput("", ONLY_THE_WHOLE)
    procedure_id = procedure_named(session, command.procedure_code)
    if command.valid_from is None or command.valid_from < now.date():
        raise InvalidInput("valid_from", "Hãy chọn hôm nay hoặc một ngày sau: quy tắc không đổi cho quá khứ.")
    if command.lasts_days is None or not 1 <= command.lasts_days <= LONGEST_DAYS:
        raise InvalidInput("lasts_days", DAYS)
    if not _fits(command.policy, command.restart_within):
        raise InvalidInput("restart_within", WITHIN)
    rule = PauseRule(
        command.reason, command.policy, command.lasts_days, command.restart_within,
        words("basis", command.basis, LONGEST_BASIS),
    )  # fmt: skip
    _put(session, rule, procedure_id, command.valid_from, Tally())
    facts = {"reason": rule.reason.value, "procedure": command.procedure_code, "policy": rule.policy.value}
    audit.note(session, "pause_rule_set", actor_id=person.user_id, now=now, facts=facts)


def load_pauses(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `reason,policy,lasts_days [restart_within,procedure,basis,valid_from]`: rules from a day on.

    valid_from: today where it is left out. What says what holds on that day already changes nothing.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("reason", "policy", "lasts_days"))
    table.once("reason", lambda row: tuple(row.cells.get(name, "").strip() for name in _KEY))
    codes = {code: key for key, code in session.execute(select(Procedure.id, Procedure.code))}
    wanted = [_read(row, codes, now.date()) for row in table.rows]
    table.refuse_if_bad()
    tally = Tally()
    for found in wanted:
        assert found is not None
        _put(session, *found, tally)
    outcome = tally.outcome()
    if outcome.did_something:
        facts = {"added": outcome.added, "changed": outcome.changed}
        audit.note(session, "pause_rules_loaded", actor_id=actor_id, now=now, facts=facts)
    return outcome


_KEY = ("reason", "procedure", "valid_from")


def _read(row: Row, codes: dict[str, int], today: dt.date) -> tuple[PauseRule, int | None, dt.date] | None:
    reason, policy = row.choice("reason", PauseReason), row.choice("policy", PausePolicy)
    days, within = row.number_of("lasts_days"), row.number_of("restart_within")
    full = row.text("procedure", longest=40)
    code = short_procedure_code(full) or ""
    for column, value in (("reason", reason), ("policy", policy)):
        if value is None:
            row.bad(column, "còn trống.")
    if full and code not in codes:
        row.bad("procedure", f"không có thủ tục mã {full}; hãy nạp danh mục thủ tục trước.")
    if days is None or not 1 <= days <= LONGEST_DAYS:
        row.bad("lasts_days", DAYS)
    if policy is not None and not _fits(policy, within):
        row.bad("restart_within", WITHIN)
    basis = row.text("basis", longest=LONGEST_BASIS)
    since = row.date("valid_from") or today
    if reason is None or policy is None or days is None:
        return None
    return PauseRule(reason, policy, days, within, basis), codes.get(code), since


def _fits(policy: PausePolicy, within: int | None) -> bool:
    return within is None or (policy is PausePolicy.RESTART and 1 <= within <= 60)


def _put(
    session: Session, rule: PauseRule, procedure_id: int | None, valid_from: dt.date, tally: Tally
) -> None:
    """Write a rule, unless it says what holds on its day already."""
    session.flush()
    key = procedure_id or 0
    of_that_day = select(RuleRow).where(
        RuleRow.reason == rule.reason, RuleRow.procedure_key == key, RuleRow.valid_from == valid_from
    )
    row = session.execute(of_that_day).scalar_one_or_none()
    if row is None and pauses.rule_for(session, key, rule.reason, valid_from) == rule:
        tally.unchanged += 1
        return
    if row is None:
        row = RuleRow(
            reason=rule.reason, procedure_id=procedure_id, procedure_key=key, valid_from=valid_from,
            policy=rule.policy, restart_within=rule.restart_within, lasts_days=rule.lasts_days,
            basis=rule.basis,
        )  # fmt: skip
        session.add(row)
        tally.added += 1
        return
    same = (row.policy, row.restart_within, row.lasts_days, row.basis) == (
        rule.policy, rule.restart_within, rule.lasts_days, rule.basis,
    )  # fmt: skip
    tally.unchanged += same
    tally.changed += not same
    row.policy, row.restart_within = rule.policy, rule.restart_within
    row.lasts_days, row.basis = rule.lasts_days, rule.basis
