"""The words of standing in for somebody."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.deputies import SignatureForm

SIGNATURE_FORMS = {
    SignatureForm.KT: "Ký thay (KT.)",
    SignatureForm.TL: "Ký thừa lệnh (TL.)",
    SignatureForm.TUQ: "Ký thừa uỷ quyền (TUQ.)",
}

DEPUTY_LABELS: dict[type[Enum], dict[Any, str]] = {SignatureForm: SIGNATURE_FORMS}
