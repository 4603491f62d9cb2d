"""The form of an agency that ends: one heir for everything, and for a sector its own."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField

from tthc_tracker.queries.agencies import AgencyPage
from tthc_tracker.services.endings import EndAgency
from tthc_tracker.web.forms import Day, text_line, version_of

SECTOR = "sector_"


class EndingForm(FlaskForm):
    """What every ending says; `ending_form` adds two lines for each sector."""

    agency: AgencyPage
    sectors: tuple[str, ...]

    last_day = Day("Ngày làm việc cuối cùng")
    decision = text_line("Quyết định", longest=200)
    rest = text_line("Cơ quan nhận", longest=40)
    rest_text = text_line("Cơ quan nhận", longest=300)
    version = HiddenField()

    def heir(self, name: str) -> str:
        """The code chosen in a field; without script, the first word of what was typed."""
        chosen: str = self[name].data or ""
        typed: str = self[f"{name}_text"].data or ""
        return chosen if chosen or not typed else typed.split(maxsplit=1)[0]

    def to_command(self) -> EndAgency:
        """What the form says."""
        shares = {code: heir for code in self.sectors if (heir := self.heir(SECTOR + code))}
        return EndAgency(
            self.agency.code, version_of(self), self.last_day.data, self.decision.data or "",
            self.heir("rest"), shares,
        )  # fmt: skip


def ending_form(page: AgencyPage, sectors: Sequence[tuple[str, str, int]]) -> EndingForm:
    """The form of an agency of which dossiers of these sectors (code, name, how many) are open."""
    fields = {}
    for code, name, _ in sectors:
        fields[SECTOR + code] = text_line(f"Nơi nhận lĩnh vực {name}", longest=40)
        fields[f"{SECTOR}{code}_text"] = text_line(f"Nơi nhận lĩnh vực {name}", longest=300)
    made: EndingForm = type("SectorsEndingForm", (EndingForm,), fields)(version=page.version)
    made.agency, made.sectors = page, tuple(code for code, _, _ in sectors)
    if not made.is_submitted():
        made.last_day.data = page.active_to
    return made
