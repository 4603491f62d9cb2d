"""Made people: names drawn by how common they are, numbers that fit birth date and sex."""

import csv
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tthc_tracker import data
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ApplicantKind

SEXES = ("male", "female")

# First three digits of a made citizen id. Nobody holds these numbers; the codes are not used as a rule.
PROVINCES = {"H46": "044", "H50": "045"}
MOBILE = ("091", "094", "096", "097", "098", "032", "035", "038", "070", "077", "083", "086")


@dataclass(frozen=True)
class _Names:
    names: tuple[str, ...]
    weights: tuple[int, ...]

    def draw(self, rng: Random) -> str:
        return rng.choices(self.names, self.weights)[0]


def _rows(name: str) -> list[dict[str, str]]:
    with _file(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _file(name: str) -> Path:
    return data.path(f"demo/{name}")


def _names(name: str, sex: str | None = None) -> _Names:
    rows = [row for row in _rows(name) if sex is None or row["sex"] == sex]
    return _Names(tuple(row["name"] for row in rows), tuple(int(row["weight"]) for row in rows))


class Words:
    """The lists that people and reasons are drawn from."""

    def __init__(self) -> None:
        self.phrases: dict[str, list[str]] = json.loads(_file("phrases.json").read_text(encoding="utf-8"))
        self._families = _names("family_names.csv")
        self._middles = {sex: _names("middle_names.csv", sex) for sex in SEXES}
        self._givens = {sex: _names("given_names.csv", sex) for sex in SEXES}

    def phrase(self, rng: Random, kind: str) -> str:
        """One of the sentences of a kind."""
        return rng.choice(self.phrases[kind])

    def name(self, rng: Random, sex: str) -> str:
        """A full name."""
        middle, given = self._middles[sex].draw(rng), self._givens[sex].draw(rng)
        while given in middle.split():
            given = self._givens[sex].draw(rng)
        return f"{self._families.draw(rng)} {middle} {given}"

    def person(self, rng: Random, *, province: str, place: str, on: dt.date) -> dict[str, Any]:
        """A citizen of a commune, of age on a day, as a row of `person`."""
        sex = rng.choice(SEXES)
        birth = on - dt.timedelta(days=rng.randrange(19 * 365, 78 * 365))
        century = (birth.year // 100 - 19) * 2 + (sex == "female")
        number = f"{PROVINCES[province]}{century}{birth.year % 100:02}{rng.randrange(10**6):06}"
        phone = f"{rng.choice(MOBILE)}{rng.randrange(10**7):07}"
        return _row(
            ApplicantKind.CITIZEN, self.name(rng, sex), number, phone,
            birth_on=birth, sex=sex, address=f"{self.phrase(rng, 'hamlet')}, {place}",
        )  # fmt: skip

    def business(self, rng: Random, *, place: str) -> dict[str, Any]:
        """A company or cooperative, as a row of `person`."""
        given = self._givens[rng.choice(SEXES)].draw(rng)
        other = self._givens[rng.choice(SEXES)].draw(rng)
        name = f"{self.phrase(rng, 'business')} {given} {other}"
        number = f"{rng.choice(('3100', '3200'))}{rng.randrange(10**6):06}"
        return _row(ApplicantKind.BUSINESS, name, number, f"0232{rng.randrange(10**7):07}", address=place)


def _row(
    kind: ApplicantKind,
    name: str,
    number: str,
    phone: str,
    *,
    address: str,
    birth_on: dt.date | None = None,
    sex: str | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind, "full_name": name, "name_folded": fold(name),
        "id_number": number, "id_reversed": number[::-1], "phone": phone, "phone_reversed": phone[::-1],
        "email": None, "birth_on": birth_on, "sex": sex, "address": address, "post_address": None,
    }  # fmt: skip
