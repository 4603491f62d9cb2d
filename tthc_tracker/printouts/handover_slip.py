"""Giấy bàn giao hồ sơ: what a desk hands to a unit, signed by both; A4, two copies."""

from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries.handoverslips import HandoverSheet
from tthc_tracker.wording import formats
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.receptions import of_copies


def render(sheet: HandoverSheet) -> bytes:
    """The slip as a tagged PDF; the same sheet gives the same bytes. A long list goes on over pages."""
    return paper(sheet).typeset()


def paper(sheet: HandoverSheet) -> Printout:
    """The slip before it is set."""
    return Printout("handover_slip", slip_data(sheet), sheet.made_at)


def slip_data(sheet: HandoverSheet) -> dict[str, Any]:
    """What the form reads: every value in the words that are printed."""
    latest = max((line.due_at for line in sheet.lines if line.due_at), default=None)
    return {
        "size": "a4",
        "title": sheet.heading.title,
        "basis": ", ".join(filter(None, (sheet.heading.number, sheet.heading.basis))),
        "superior": sheet.superior,
        "desk": sheet.desk,
        "unit": sheet.unit,
        "unit_agency": sheet.unit_agency,
        "place": place_of(sheet.superior),
        "day": f"ngày {sheet.day.day:02} tháng {sheet.day.month:02} năm {sheet.day.year}",
        "count": f"{len(sheet.lines):02}",
        "latest": formats.spoken_moment(latest) if latest else "",
        "clerk": sheet.clerk,
        "rows": [
            [
                str(number),
                line.code,
                of_copies(line.procedure, line.quantity),
                line.owner,
                formats.moment(line.accepted_at),
                formats.moment(line.due_at) if line.due_at else "",
                f"{line.sets:02}",
                str(line.papers),
            ]
            for number, line in enumerate(sheet.lines, start=1)
        ],
    }
