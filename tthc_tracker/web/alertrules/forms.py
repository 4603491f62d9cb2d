"""The form of one rule's terms: its numbers and its rungs are fields that the rule itself names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.alertrules import BOUNDS, MOST_RUNGS, Audience, Delivery, RuleTerms, Rung
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.web.forms import whole
from tthc_tracker.wording import alertrules as words

NOT_A_NUMBER = "Hãy ghi một số nguyên."
HALF_A_RUNG = "Mỗi bậc cần cả số giờ và người nhận."


@dataclass(frozen=True)
class Number:
    """One number of a rule as the form shows it."""

    name: str
    label: str
    unit: str
    hint: str
    typed: str


@dataclass(frozen=True)
class TermsForm:
    """What is typed, as it was typed; `errors`: messages by field."""

    rule: Rule
    active: bool
    severity: str
    delivery: str
    audiences: tuple[str, ...]
    numbers: tuple[Number, ...]
    rungs: tuple[tuple[str, str], ...]  # hours, audience; always MOST_RUNGS of them
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: Rule, terms: RuleTerms) -> "TermsForm":
        """The form filled with the terms in force."""
        rungs = [(str(rung.after_hours), rung.audience.value) for rung in terms.ladder]
        return cls(
            rule, terms.active, terms.severity.value, terms.delivery.value,
            tuple(one.value for one in terms.audiences),
            _numbers(rule, {name: str(number) for name, number in terms.thresholds.items()}),
            _filled(rungs),
        )  # fmt: skip

    @classmethod
    def typed(cls, rule: Rule, form: MultiDict[str, str]) -> "TermsForm":
        """The form as somebody sends it."""
        rungs = list(zip(form.getlist("rung_hours"), form.getlist("rung_audience"), strict=False))
        return cls(
            rule, bool(form.get("active")), form.get("severity", ""), form.get("delivery", ""),
            tuple(form.getlist("audiences")), _numbers(rule, form), _filled(rungs),
        )  # fmt: skip

    def terms(self) -> RuleTerms:
        """The terms that are typed.

        Raises:
            InvalidInput: a field that cannot be read, by its name.
        """
        thresholds = {}
        for number in self.numbers:
            value = whole(number.typed)
            if value is None:
                raise InvalidInput(number.name, NOT_A_NUMBER)
            thresholds[number.name] = value
        try:
            return RuleTerms(
                Severity(self.severity), tuple(Audience(one) for one in self.audiences),
                Delivery(self.delivery), self._ladder(), thresholds, active=self.active,
            )  # fmt: skip
        except ValueError:
            raise InvalidInput("audiences", "Hãy chọn lại trong danh sách.") from None

    def _ladder(self) -> tuple[Rung, ...]:
        rungs = []
        for hours, audience in self.rungs:
            if not hours.strip() and not audience:
                continue
            number = whole(hours)
            if number is None or not audience:
                raise InvalidInput("ladder", HALF_A_RUNG)
            rungs.append(Rung(number, Audience(audience)))
        return tuple(rungs)


def _numbers(rule: Rule, typed: Mapping[str, str]) -> tuple[Number, ...]:
    return tuple(
        Number(
            name, *words.THRESHOLDS[rule, name], words.bounds(bound.least, bound.most), typed.get(name, "")
        )
        for name, bound in BOUNDS.get(rule, {}).items()
    )


def _filled(rungs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((rungs + [("", "")] * MOST_RUNGS)[:MOST_RUNGS])
