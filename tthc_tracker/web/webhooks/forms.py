"""The form of a new address."""

import re
import secrets

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired

from tthc_tracker.domain.webhooks import WebhookEvent
from tthc_tracker.queries.catalogue import SourceLine
from tthc_tracker.services.webhooks import RegisterEndpoint
from tthc_tracker.web.forms import text_line
from tthc_tracker.wording.exchanging import WEBHOOK_EVENTS

_KEY = re.compile(r"\A[0-9a-f]{32}\Z")


class EndpointForm(FlaskForm):
    """Whose dossiers, where to, of what."""

    submission_key = HiddenField()
    source = SelectField("Nguồn", validators=[InputRequired("Hãy chọn nguồn.")])
    name = text_line("Tên nơi nhận", longest=100, required="Hãy đặt tên nơi nhận.")
    url = text_line("Địa chỉ", longest=500, required="Hãy nhập địa chỉ bắt đầu bằng https://.")
    on_received = BooleanField(WEBHOOK_EVENTS[WebhookEvent.RECEIVED], default=True)
    on_status_changed = BooleanField(WEBHOOK_EVENTS[WebhookEvent.STATUS_CHANGED], default=True)
    on_finished = BooleanField(WEBHOOK_EVENTS[WebhookEvent.FINISHED], default=True)
    on_returned = BooleanField(WEBHOOK_EVENTS[WebhookEvent.RETURNED], default=True)
    on_deadline_changed = BooleanField(WEBHOOK_EVENTS[WebhookEvent.DEADLINE_CHANGED], default=True)

    def offer(self, sources: list[SourceLine]) -> None:
        """The sources to choose from, and a key of the form's own."""
        named = {line.code: f"{line.name} ({line.code})" for line in sources}
        self.source.choices = {"": "Chọn nguồn"} | named
        if not _KEY.match(self.submission_key.data or ""):
            self.submission_key.data = secrets.token_hex(16)

    def to_command(self) -> RegisterEndpoint:
        """What the form says."""
        events = frozenset(event for event in WebhookEvent if self[f"on_{event.name.lower()}"].data)
        key = self.submission_key.data or ""
        return RegisterEndpoint(self.source.data, self.name.data or "", self.url.data or "", events, key)
