"""What the reception page asks while it is being filled in.

What the catalogue says is open to all who read the catalogue: who leads the work corrects without a desk.
"""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.citizencard import parse_card
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import procedures, reception
from tthc_tracker.web.access import requires
from tthc_tracker.web.promises import promise as promise_shown
from tthc_tracker.web.reception import page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.reception.forms import typed_number
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import formats
from tthc_tracker.wording.labels import label

NO_CARD = "Không đọc được thẻ. Hãy quét lại, hoặc gõ tay."
LONGEST = 200


def _typed() -> str:
    return request.args.get("q", "")[:LONGEST]


@blueprint.get("/tiep-nhan/thu-tuc")
@requires(Permission.VIEW_CATALOGUE)
def find_procedures() -> ResponseReturnValue:
    """Procedures that hold what was typed; those of the desk's level first."""
    day = clock.now().date()
    desk = page.first_desk(reading(), day)
    level = desk.level if desk else None
    return render_template(
        "reception/_procedures.html", items=procedures.search(reading(), _typed(), day, level=level)
    )


@blueprint.get("/tiep-nhan/co-quan")
@requires(Permission.VIEW_CATALOGUE)
def find_agencies() -> ResponseReturnValue:
    """Agencies at work that hold what was typed."""
    items = reception.suggest_agencies(reading(), _typed(), clock.now().date())
    name = request.args.get("o", "")
    return render_template("reception/_agencies.html", items=items, id=name if name in page.AGENCIES else "")


@blueprint.get("/tiep-nhan/thanh-phan")
@requires(Permission.VIEW_CATALOGUE)
def papers() -> ResponseReturnValue:
    """The papers a procedure asks for, as if they were handed in; beside them its cases to choose from."""
    code, day = request.args.get("procedure", ""), clock.now().date()
    choice = procedures.by_code(reading(), code, day)
    rows = page.required_rows(reading(), choice.version_id) if choice else []
    cases = page.cases(reading(), code, day)
    return render_template("reception/_papers.html", rows=rows) + render_template(
        "reception/_cases.html", cases=cases, chosen="", out_of_band=True
    )


@blueprint.get("/tiep-nhan/ngay-hen")
@requires(Permission.VIEW_CATALOGUE)
def promise() -> ResponseReturnValue:
    """The promised date as the form stands, with its working; of a correction, from the acceptance."""
    session, args = reading(), request.args
    now = accepted = clock.minute()
    desk = page.first_desk(session, now.date(), args.get("receiving_agency"))
    if code := args.get("code"):
        noted = reception.noted(session, code, current_user.scope)
        accepted, desk = noted.accepted_at, noted.receiving
    agency = reception.agency_by_code(session, args.get("resolving_agency", ""), now.date()) or desk
    channel = next((one for one in Channel if one == args.get("channel")), Channel.COUNTER)
    case_code, chosen = args.get("case_code", "")[:LONGEST], args.get("procedure", "")
    made = agency and promise_shown(session, chosen, channel, agency.id, accepted, case_code)
    return render_template("reception/_promise.html", promise=made, out_of_band=True)


@blueprint.post("/tiep-nhan/trung")
@requires(Permission.RECEIVE_DOSSIERS)
def doubles() -> ResponseReturnValue:
    """Open dossiers of the same person and procedure; the number travels in the body, not in the address."""
    code = request.form.get("procedure", "")
    numbers = {typed_number(request, name) for name in ("id_number", "owner_id_number")} - {""}
    found = [
        double
        for number in sorted(numbers if code else ())
        for double in reception.open_doubles(reading(), current_user.scope, number, code)
    ]
    return render_template("reception/_doubles.html", doubles={one.code: one for one in found}.values())


@blueprint.post("/tiep-nhan/the-can-cuoc")
@requires(Permission.RECEIVE_DOSSIERS)
def card() -> ResponseReturnValue:
    """A scanned citizen card as the values of the fields; what disagrees is a warning, never a refusal."""
    read = parse_card(request.form.get("raw", ""))
    if read is None:
        return jsonify(error=NO_CARD), 422
    return jsonify(
        id_number=read.number,
        full_name=read.full_name,
        birth_on=formats.day(read.birth_on) if read.birth_on else "",
        sex=read.sex.value if read.sex else "",
        address=read.address,
        warnings=[label(warning) for warning in read.warnings],
    )
