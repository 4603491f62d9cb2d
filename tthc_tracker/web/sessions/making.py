"""The report made: read, drawn, set; for the screen and for the command alike."""

from tthc_tracker.charts import session as charts
from tthc_tracker.printouts import sessionpictures
from tthc_tracker.printouts import sessionreport as paper
from tthc_tracker.printouts.sessionblocks import PNG, SVG
from tthc_tracker.queries.sessionreport import SessionReport
from tthc_tracker.rendering import elsewhere

FORMS = ("pdf", "docx")


def file_of(report: SessionReport, form: str) -> bytes:
    """The report as a file of one of FORMS, drawn and set in the process beside.

    Raises:
        NotRenderedError: not now; try again later.
    """
    kind = PNG if form == "docx" else SVG
    pictures = {
        name: elsewhere(charts.DRAWN[name], *given, kind)
        for name, given in sessionpictures.shown(report).items()
    }
    if form == "docx":
        return paper.document(report, pictures)
    return paper.paper(report, pictures).typeset()
