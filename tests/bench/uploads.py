"""`python -m tests.bench.uploads`: what each file of the corpus takes, from the form to its verdicts."""

import tempfile
from pathlib import Path

from tests.support import runs, uploadcorpus, uploading
from tests.support.screens import house
from tests.support.sending import open_province

MILLISECONDS, MEBIBYTES = 1_000, 100


def main() -> None:
    opened = runs.open_run()
    try:
        with tempfile.TemporaryDirectory() as folder, house("sqlite", Path(folder)) as app:
            controller = open_province()["controller"]
            url = app.config["SETTINGS"].database_url
            print(f"{'file':<42}{'KiB':>8}{'sent ms':>9}{'judged ms':>11}{'MiB':>6}  outcome")
            slow = 0
            for upload in uploadcorpus.corpus():
                took = uploading.through_the_screen(app, url, controller, upload)
                refused = took.status == 422 or bool(took.fault)
                over = took.sent_ms > MILLISECONDS or took.memory > MEBIBYTES or (
                    refused and took.judged_ms > MILLISECONDS
                )  # fmt: skip
                slow += over
                print(
                    f"{upload.name:<42}{len(upload.content) / 1024:>8.0f}{took.sent_ms:>9.0f}"
                    f"{took.judged_ms:>11.0f}{took.memory:>6.0f}  "
                    f"{'refused' if refused else f'{took.written} rows'}{'  OVER' if over else ''}"
                )
            print(f"{len(uploadcorpus.names())} files, {slow} over {MILLISECONDS} ms or {MEBIBYTES} MiB")
    finally:
        if opened:
            runs.close_run()


if __name__ == "__main__":
    main()
