"""From the content of a letter to an applicant to its words."""

from tthc_tracker.channels.mailtext import Letter, template
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.queries.applicantmail import ApplicantMail, Place
from tthc_tracker.wording import applicantmails as words
from tthc_tracker.wording.formats import day, spoken_moment
from tthc_tracker.wording.labels import label


def write_applicant_letter(mail: ApplicantMail, *, public_url: str, secret: str) -> Letter:
    """The letter; with the code of its receipt, which `secret` gives, the link opens that dossier at once."""
    link = lookup_link(public_url, secret, mail.code, mail.token_hash)
    facts = {
        "keep": words.KEEP_LINK if link else words.WHAT_TO_TYPE,
        "opening": _opening(mail),
        "rows": _rows(mail),
        "advice": _advice(mail),
        "link": link or f"{public_url}/tra-cuu",
        "words": words,
    }
    subject = words.SUBJECTS[mail.letter].format(code=mail.code)
    return Letter(
        subject=subject,
        text=template("applicant.txt").render(facts),
        html=template("applicant.html").render(facts, subject=subject),
    )


def _advice(mail: ApplicantMail) -> str:
    if mail.corrected and not mail.by_calendar:
        return words.ADVICE_CORRECTED
    if _is_brought(mail):
        return words.ADVICE_POSTED if mail.by_post else words.ADVICE_ONLINE
    if mail.letter is ApplicantLetter.PAYMENT and mail.held is not None and not mail.held.counts:
        return words.ADVICE_PAYMENT_LATE
    return words.ADVICE[mail.letter]


def _opening(mail: ApplicantMail) -> str:
    if mail.by_calendar:
        return words.BY_CALENDAR.format(code=mail.code)
    if mail.corrected:
        return words.CORRECTED.format(code=mail.code)
    if mail.letter is ApplicantLetter.SUPPLEMENT and mail.accepted_at is not None:
        return words.SUPPLEMENT_AT_APPRAISAL.format(code=mail.code)
    if _is_brought(mail):
        return (words.POSTED if mail.by_post else words.ONLINE).format(code=mail.code)
    why = label(mail.held.reason).lower() if mail.held else words.ANOTHER_STEP
    if mail.letter is ApplicantLetter.APOLOGY and mail.cause is not None:
        why = label(mail.cause).lower()
    return words.OPENINGS[mail.letter].format(code=mail.code, why=why)


def _is_brought(mail: ApplicantMail) -> bool:
    """Whether the result is ready and goes by post or online: nobody is asked to come."""
    return (mail.by_post or mail.by_portal) and mail.letter is ApplicantLetter.RESULT_READY


def _rows(mail: ApplicantMail) -> list[tuple[str, str]]:
    """The facts of the letter, a line each."""
    rows = [("Mã hồ sơ", mail.code), ("Thủ tục", f"{mail.procedure} ({mail.procedure_code})")]
    match mail.letter:
        case ApplicantLetter.RECEIPT:
            rows.append(("Tiếp nhận lúc", spoken_moment(mail.accepted_at)))
            rows.append(("Hẹn trả kết quả", _promise(mail)))
            rows.append(_given_out(mail))
        case ApplicantLetter.SUPPLEMENT if mail.asked:
            rows.append(("Cần bổ sung", words.missing(mail.asked.papers, mail.asked.others)))
            rows.append(("Bổ sung trước hết ngày", day(mail.asked.reply_by)))
        case ApplicantLetter.PAYMENT | ApplicantLetter.PAUSED if mail.held and mail.held.until:
            rows.append(("Dự kiến đến hết ngày", day(mail.held.until)))
        case ApplicantLetter.NEW_DATE | ApplicantLetter.APOLOGY:
            rows.append(("Hẹn trả kết quả", _promise(mail)))
            rows.append(_given_out(mail))
        case ApplicantLetter.RESULT_READY | ApplicantLetter.STILL_WAITING:
            rows.append(("Có kết quả từ", spoken_moment(mail.closed_at)))
            rows.append(_given_out(mail))
    rows.append(("Nơi tiếp nhận", f"{mail.desk}, {_where(mail.receiving)}"))
    return rows


def _given_out(mail: ApplicantMail) -> tuple[str, str]:
    """Where the result is collected; by post to an address that a letter does not repeat."""
    where = _where(mail.returning)
    if mail.by_portal:
        return "Trả kết quả", f"{words.BY_PORTAL} ({where})"
    return (
        ("Trả kết quả", f"{words.BY_POST} (gửi từ {where})") if mail.by_post else ("Nơi trả kết quả", where)
    )


def _promise(mail: ApplicantMail) -> str:
    return spoken_moment(mail.due_at) + (words.PROVISIONAL if mail.provisional else "")


def _where(place: Place) -> str:
    phone = f"điện thoại {place.phone}" if place.phone else ""
    return ", ".join(filter(None, (place.name, place.address, phone)))
