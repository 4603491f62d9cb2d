"""Forms of agencies and units."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Optional

from tthc_tracker.domain.agencies import Level
from tthc_tracker.queries.agencies import AgencyPage
from tthc_tracker.services.agencyediting import SaveAgency, SaveUnit
from tthc_tracker.web.forms import Day, text_line
from tthc_tracker.wording.labels import LEVELS


class AgencyForm(FlaskForm):
    """One agency."""

    code = text_line("Mã", longest=40)
    name = text_line("Tên cơ quan", longest=200, required="Hãy nhập tên cơ quan.")
    level = SelectField("Cấp", choices={level.value: words for level, words in LEVELS.items()})
    parent_code = text_line("Mã cơ quan cấp trên", longest=40)
    active_from = Day("Hoạt động từ ngày", validators=[Optional()])
    active_to = Day("Đến hết ngày", validators=[Optional()])
    address = text_line("Địa chỉ", longest=300)
    phone = text_line("Điện thoại", longest=40)
    version = HiddenField(default="1")

    @classmethod
    def of(cls, page: AgencyPage, **how: Any) -> "AgencyForm":
        """The form of an agency as it stands; what was sent comes before it, unless `formdata` is None."""
        return cls(
            **how,
            code=page.code,
            name=page.name,
            level=page.level.value,
            parent_code=page.path[-1][0] if page.path else "",
            active_from=page.active_from,
            active_to=page.active_to,
            address=page.address or "",
            phone=page.phone or "",
            version=page.version,
        )

    def to_command(self) -> SaveAgency:
        """What the form says."""
        return SaveAgency(
            code=self.code.data or "",
            name=self.name.data or "",
            level=Level(self.level.data),
            parent_code=self.parent_code.data or "",
            active_from=self.active_from.data,
            active_to=self.active_to.data,
            address=self.address.data or "",
            phone=self.phone.data or "",
        )


class UnitForm(FlaskForm):
    """One unit."""

    code = text_line("Mã đơn vị", longest=40, required="Hãy nhập mã đơn vị.")
    name = text_line("Tên đơn vị", longest=200, required="Hãy nhập tên đơn vị.")
    active = BooleanField("Đang hoạt động", default=True)
    version = HiddenField(default="1")

    def to_command(self) -> SaveUnit:
        """What the form says."""
        return SaveUnit(self.code.data or "", self.name.data or "", bool(self.active.data))
