"""No field follows the browser's language: each takes and shows day/month/year."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired, Optional

import tthc_tracker.web
from tthc_tracker.web.forms import Day, LocalMoment
from tthc_tracker.wording.typeddates import NO_DAY, NO_MOMENT

TEMPLATES = Path(tthc_tracker.web.__file__).parent / "templates"
NATIVE = re.compile(r"type=\W?(date|datetime-local|month|week|time)\b|DateField|DateTimeLocalField")


class Both(FlaskForm):
    class Meta:
        csrf = False

    on = Day("Ngày", validators=[InputRequired("Hãy ghi ngày.")])
    at = LocalMoment("Lúc", validators=[Optional()])


@pytest.fixture(scope="module")
def bare() -> Flask:
    return Flask("forms")


def test_no_template_and_no_form_has_a_native_date_field() -> None:
    files = [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.rglob("*.py")]
    assert [file.name for file in files if NATIVE.search(file.read_text(encoding="utf-8"))] == []


def test_what_was_read_is_shown_again_as_it_is_typed(bare: Flask) -> None:
    with bare.test_request_context():
        read = Both(MultiDict({"on": "3.1.2026", "at": "03012026 0805"}))
        assert read.validate()
        shown = Both(on=read.on.data, at=read.at.data)
        assert 'value="03/01/2026"' in shown.on()
        assert 'value="03/01/2026 08:05"' in shown.at()


@pytest.mark.parametrize(("typed", "said"), [("", "Hãy ghi ngày."), (" ", NO_DAY), ("1/13/2026", NO_DAY)])
def test_a_day_that_is_none_is_refused_in_words_and_stays(bare: Flask, typed: str, said: str) -> None:
    with bare.test_request_context():
        form = Both(MultiDict({"on": typed, "at": "8 giờ"}))
        assert not form.validate()
        assert said in form.on.errors
        assert form.at.errors == [NO_MOMENT]
        assert f'value="{typed}"' in form.on()
        assert 'value="8 giờ"' in form.at()


def test_nothing_typed_into_what_may_stay_empty_is_nothing(bare: Flask) -> None:
    with bare.test_request_context():
        form = Both(MultiDict({"on": "03/01/2026", "at": "  "}))
        assert (form.validate(), form.at.data) == (True, None)
