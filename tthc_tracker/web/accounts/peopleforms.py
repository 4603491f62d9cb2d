"""Forms of people and their roles."""

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.queries.agencies import agency_id, units_of
from tthc_tracker.queries.people import Held, PersonPage
from tthc_tracker.services.accounts import InvitePerson
from tthc_tracker.services.people import EditPerson
from tthc_tracker.web.conflicts import ASKED, KEEP, Difference
from tthc_tracker.web.forms import text_line
from tthc_tracker.wording.labels import ROLES

_ROLES = {role.value: words for role, words in ROLES.items()}


class _PersonForm(FlaskForm):
    full_name = text_line("Họ và tên", longest=200, required="Hãy nhập họ và tên.")
    email = text_line("Thư điện tử", longest=254, required="Hãy nhập địa chỉ thư điện tử.")
    title = text_line("Chức vụ", longest=100)
    phone = text_line("Điện thoại", longest=20)


class EditForm(_PersonForm):
    """What an administrator may write about somebody."""

    version = HiddenField(default="1")

    def to_command(self) -> EditPerson:
        """What the form says."""
        return EditPerson(
            self.full_name.data or "", self.email.data or "", self.title.data or "", self.phone.data or ""
        )


class InviteForm(_PersonForm):
    """Somebody new with one role; more can be added afterwards."""

    username = text_line("Tên đăng nhập", longest=80)
    role = SelectField("Vai trò", choices=_ROLES)
    agency = text_line("Mã cơ quan", longest=40, required="Hãy nhập mã cơ quan.")
    unit = text_line("Mã đơn vị", longest=40)

    def to_command(self, session: Session) -> InvitePerson:
        """What the form says.

        Raises:
            InvalidInput: no such agency or unit.
        """
        held = _membership(session, self.role.data, self.agency.data or "", self.unit.data or "")
        return InvitePerson(
            email=self.email.data or "",
            full_name=self.full_name.data or "",
            memberships=(held,),
            username=self.username.data or "",
            title=self.title.data or "",
            phone=self.phone.data or "",
        )


class RolesForm(FlaskForm):
    """The roles somebody keeps (`keep` of the request) and, where `agency` is filled in, one more."""

    version = HiddenField(default="1")
    role = SelectField("Thêm vai trò", choices=_ROLES)
    agency = text_line("Tại cơ quan (mã)", longest=40)
    unit = text_line("Đơn vị (mã)", longest=40)


def kept_keys() -> list[str]:
    """The roles that were kept, as the page names them."""
    return request.form.getlist("keep")[:100]


def chosen() -> str | None:
    """Which of two sets of roles was chosen on a page that showed both; None where none was shown."""
    return request.form.get(KEEP + "roles", "") if "roles" in request.form.getlist(ASKED) else None


def beside(page: PersonPage, form: RolesForm) -> list[Difference]:
    """The roles as they were sent, and as they stand by now."""
    known = {held.key: _words(held) for held in page.held}
    typed = [known.get(key) or _named(key) for key in kept_keys()]
    if form.agency.data:
        unit = f", đơn vị {form.unit.data}" if form.unit.data else ""
        typed.append(f"{_ROLES.get(form.role.data, '')}: {form.agency.data}{unit}")
    there = "; ".join(sorted(known.values()))
    return [Difference("roles", "Vai trò", "; ".join(sorted(typed)), there, chosen() or "")]


def _words(held: Held) -> str:
    unit = f", {held.unit_name}" if held.unit_name else ""
    return f"{ROLES[held.membership.role]}: {held.agency_name}{unit}"


def _named(key: str) -> str:
    """A role that has been taken away meanwhile."""
    one = _kept(key)
    return f"{ROLES[one.role]} (người khác vừa bỏ)" if one else "vai trò không rõ"


def _membership(session: Session, role: str, agency: str, unit: str) -> Membership:
    found = agency_id(session, agency)
    if found is None:
        raise InvalidInput("agency", f"Không có cơ quan mã {agency}.")
    unit_id = next((line.id for line in units_of(session, found) if line.code == unit), None)
    if unit and unit_id is None:
        raise InvalidInput("unit", f"Cơ quan {agency} không có đơn vị mã {unit}.")
    return Membership(Role(role), found, unit_id)


def memberships_of(session: Session, form: RolesForm) -> tuple[Membership, ...]:
    """The roles that were kept and the one that was added.

    Raises:
        InvalidInput: no such agency or unit.
    """
    kept = [_kept(key) for key in kept_keys()]
    held = [membership for membership in kept if membership is not None]
    if form.agency.data:
        held.append(_membership(session, form.role.data, form.agency.data, form.unit.data or ""))
    return tuple(dict.fromkeys(held))


def _kept(key: str) -> Membership | None:
    parts = key.split(":")
    if len(parts) != 3 or parts[0] not in _ROLES or not _is_id(parts[1]):
        return None
    return Membership(Role(parts[0]), int(parts[1]), int(parts[2]) if _is_id(parts[2]) else None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
