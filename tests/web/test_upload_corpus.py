"""More than a hundred files as they are really sent, and as nobody should send them: each is refused with a
reason, or read to the letter; none ends the process, none takes more than a hundred megabytes, none lies."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import uploadcorpus, uploading
from tests.support.desk import Worker
from tests.support.screens import house
from tests.support.sending import open_province
from tthc_tracker.domain.importing import BatchState

MOST_MEMORY = 100  # MiB above what the process had


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str, Worker]]:
    with house("sqlite", tmp_path_factory.mktemp("corpus")) as app:
        people = open_province()
        yield app, app.config["SETTINGS"].database_url, people["controller"]


def test_the_corpus_is_as_large_as_it_was_asked_for() -> None:
    assert len(uploadcorpus.names()) >= 100


@pytest.mark.parametrize("name", uploadcorpus.names())
def test_an_upload_is_refused_in_words_or_read_to_the_letter(
    site: tuple[Flask, str, Worker], name: str
) -> None:
    upload = uploadcorpus.upload_of(name)
    outcome = uploading.through_the_screen(*site, upload)
    assert outcome.memory <= MOST_MEMORY
    assert outcome.status in {303, 422}
    if upload.said:
        assert upload.said in (outcome.body if outcome.status == 422 else outcome.fault)
        assert outcome.written == 0
        return
    counts = outcome.counts
    assert outcome.state == BatchState.DONE, outcome.fault or outcome.body[-3000:]
    assert (counts["accepted"], outcome.written) == (upload.taken, upload.taken)
    known = {"no_due_date", "due_on_day_off", "new_procedure", "unknown_calendar"}
    assert {code: n for code, n in counts["reasons"].items() if code not in known} == upload.reasons
    assert tuple(outcome.warnings) == upload.warnings
    if upload.owner:
        assert outcome.owner == upload.owner
