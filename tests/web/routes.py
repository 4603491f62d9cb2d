"""Every route with who may open it, written by hand beside the code's own marks: the two must agree."""

from dataclasses import dataclass, field
from typing import Any

from tthc_tracker.domain.permissions import Role

LETTERS = {
    "C": Role.CLERK,
    "O": Role.OFFICER,
    "U": Role.HEAD_OF_UNIT,
    "A": Role.HEAD_OF_AGENCY,
    "K": Role.CONTROLLER,
    "Q": Role.ADMINISTRATOR,
    "T": Role.AUDITOR,
}
EVERYBODY = "COUAKQT"
WORKERS = "COUA"
LEADERS = "UAKT"
ADMINISTRATORS = "Q"


@dataclass(frozen=True)
class Route:
    """`roles`: who may open it, "" for everybody without signing in.

    `about`: what it is about, so that the same role of another agency finds nothing there; "" for none.
    """

    roles: str
    about: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    form: dict[str, str] = field(default_factory=dict)
    tokenless: bool = False  # taken without a form's token: whoever sends it has no page of ours
    owned: bool = False  # one person's alone: the head of the own agency's

    @property
    def public(self) -> bool:
        """Whether nobody needs to sign in for it."""
        return not self.roles

    def open_to(self, role: Role) -> bool:
        """Whether a role may open it, where it is about nobody else's."""
        return self.public or role in {LETTERS[letter] for letter in self.roles}


ROUTES: dict[str, Route] = {
    # the door and one's own account
    "accounts.sign_in": Route(""),
    "accounts.use_link": Route("", values={"token": "x" * 43}),
    "accounts.sign_out": Route(EVERYBODY),
    "accounts.still_there": Route(EVERYBODY),
    "accounts.change_password": Route(EVERYBODY),
    "mails.mine": Route(EVERYBODY),
    "mails.choose": Route(EVERYBODY, form={"frequency": "daily", "summary": "1"}),
    "mails.ask_fewer": Route("", values={"token": "1-digest-" + "x" * 26}),
    "mails.fewer": Route("", values={"token": "1-digest-" + "x" * 26}, tokenless=True),
    # the citizen's look-up
    "lookup.ask": Route(""),
    "lookup.answer": Route(""),
    "lookup.calendar": Route(""),
    "lookup.rate": Route(""),
    # people
    "accounts.people": Route(ADMINISTRATORS),
    "accounts.invite": Route(ADMINISTRATORS),
    "accounts.person": Route(ADMINISTRATORS, "person"),
    "accounts.give_roles": Route(ADMINISTRATORS, "person"),
    "accounts.reset_link": Route(ADMINISTRATORS, "person"),
    "accounts.end_sessions": Route(ADMINISTRATORS, "person"),
    "accounts.require_new_password": Route(ADMINISTRATORS, "person"),
    "accounts.clear_refused": Route(ADMINISTRATORS, "person"),
    "accounts.set_active": Route(ADMINISTRATORS, "person", {"what": "khoa"}),
    # catalogue and calendar: no secret of anybody's, edited within one's own subtree
    "catalogue.index": Route(EVERYBODY, query="?q=dong"),
    "catalogue.suggest_agencies": Route(EVERYBODY, query="?q=dong"),
    "catalogue.agency": Route(EVERYBODY, values={"code": "H50.19000"}),
    "catalogue.procedures": Route(EVERYBODY),
    "catalogue.procedure": Route(EVERYBODY, values={"code": "2.000815"}),
    "catalogue.process": Route(EVERYBODY, values={"code": "2.000815"}),
    "catalogue.processes_csv": Route(EVERYBODY),
    "catalogue.edit_process": Route(ADMINISTRATORS, values={"code": "2.000815"}),
    "catalogue.sources": Route(EVERYBODY),
    "catalogue.add_agency": Route(ADMINISTRATORS, "agency"),
    "catalogue.edit_agency": Route(ADMINISTRATORS, "agency"),
    "catalogue.end_agency": Route(ADMINISTRATORS, "agency"),
    "catalogue.add_unit": Route(ADMINISTRATORS, "agency"),
    "catalogue.edit_unit": Route(ADMINISTRATORS, "unit"),
    "calendar.year": Route(EVERYBODY, query="?nam=2026"),
    "calendar.changes": Route(ADMINISTRATORS),
    "calendar.change_form": Route(ADMINISTRATORS, values={"kind": "hoan-doi"}),
    "calendar.propose": Route(ADMINISTRATORS, values={"kind": "nghi-le"}),
    "calendar.change": Route(ADMINISTRATORS, "calendar"),
    "calendar.progress": Route(ADMINISTRATORS, "calendar"),
    "calendar.agree": Route(ADMINISTRATORS, "calendar"),
    "calendar.drop": Route(ADMINISTRATORS, "calendar"),
    "calendar.moved": Route(EVERYBODY, query="?change=1&xem=late"),
    "calendar.letters": Route("UA"),
    "calendar.decide_letters": Route("UA", "agency", values={"change_id": 1}, form={"viec": "bo"}),
    # receiving: for one's own desk; what it is about is looked up within the form
    "reception.receive": Route("C"),
    "reception.receive_form": Route("C"),
    "reception.find_agencies": Route(EVERYBODY, query="?q=dong"),
    "reception.find_procedures": Route(EVERYBODY, query="?q=khai+sinh"),
    "reception.papers": Route(EVERYBODY, query="?procedure=2.000815"),
    "reception.promise": Route(EVERYBODY, query="?procedure=2.000815"),
    "reception.card": Route("C"),
    "reception.doubles": Route("C"),
    "reception.correct": Route("CA", "dossier"),
    "reception.correct_form": Route("CA", "dossier"),
    "reception.correct_at_work": Route("UAK", "dossier"),
    "reception.correct_at_work_form": Route("UAK", "dossier"),
    "reception.cancel": Route("CAK", "dossier"),
    "reception.receipt": Route("C", "dossier"),
    "reception.joint_receipt": Route("C", "dossier"),
    "reception.digit_keys": Route("C"),
    "reception.pin_digit_key": Route("C", form={"digit": "1"}),
    "reception.register": Route("C"),
    "reception.register_form": Route("C"),
    # the online queue
    "online.queue": Route("C"),
    "online.answer": Route("C", "waiting"),
    "online.accept": Route("C", "waiting"),
    "online.ask_supplement": Route("C", "waiting"),
    "online.refuse": Route("C", "waiting"),
    "online.resubmit": Route("C", "waiting"),
    "online.mark_at_source": Route("C", "waiting"),
    "online.supplement_slip": Route("C", "asked"),
    "online.refusal_slip": Route("C", "refused"),
    "online.stop_slip": Route("C", "stopped"),
    # papers
    "printing.control": Route(WORKERS, "dossier"),
    "printing.register": Route("CA"),
    "printing.print_register": Route("CA"),
    "printing.copies": Route("COUAKT", "dossier"),
    "printing.copy": Route("COUAKT", "printed"),
    # pauses of what was accepted; the rules are everybody's to read and the whole's administrators' to set
    "pausing.dossier": Route(WORKERS, "dossier"),
    "pausing.ask_supplement": Route(WORKERS, "dossier"),
    "pausing.wait": Route(WORKERS, "dossier"),
    "pausing.resume": Route(WORKERS, "dossier"),
    "pausing.stop": Route("CUA", "dossier"),
    "pausing.paused": Route(LEADERS),
    "supervision.steps": Route(LEADERS, query="?tab=late"),
    "supervision.at_risk": Route(LEADERS),
    "pausing.rules": Route(EVERYBODY),
    # apology, second date, why it is late
    "reappointing.dossier": Route(EVERYBODY, "dossier"),
    "reappointing.draft": Route(WORKERS, "dossier"),
    "reappointing.edit": Route(WORKERS, "dossier"),
    "reappointing.approve": Route("UA", "dossier"),
    "reappointing.reject": Route("UA", "dossier"),
    "reappointing.explain": Route(WORKERS + "K", "dossier"),
    "reappointing.letter": Route(WORKERS, "apologised"),
    "reappointing.queue": Route(LEADERS),
    "reappointing.several": Route("UA", form={"viec": "duyet"}),
    "reappointing.causes": Route(LEADERS),
    "reappointing.late_dossiers": Route(LEADERS, query="?cause=none"),
    # outages of other systems
    "outages.index": Route(EVERYBODY),
    "outages.note": Route(WORKERS),
    "outages.outage": Route(EVERYBODY, "outage"),
    "outages.end": Route(WORKERS, "outage"),
    "outages.touched": Route(EVERYBODY),
    "outages.entered": Route(WORKERS, "outage"),
    "pausing.rule_form": Route(ADMINISTRATORS),
    "pausing.set_rule": Route(ADMINISTRATORS),
    # keys of other systems: for administrators, and only those of all agencies get further than the page
    "apitokens.index": Route(ADMINISTRATORS),
    "apitokens.issue": Route(ADMINISTRATORS),
    "apitokens.revoke": Route(ADMINISTRATORS, values={"token_id": 1}),
    # exports of other systems
    "imports.index": Route("KQ"),
    "imports.send": Route("KQ"),
    "imports.show": Route("KQ", "import"),
    "imports.progress": Route("KQ", "import"),
    "imports.errors": Route("K", "import"),
    "imports.confirm": Route("KQ", "import", form={"sha256": "0" * 64}),
    "imports.drop": Route("KQ", "import"),
    "imports.undo": Route("KQ", "import"),
    # the close of the day: one's own desk
    "closing.day": Route("C"),
    "closing.hand_over": Route("C"),
    "closing.promised": Route("C"),
    "closing.received": Route("C"),
    "closing.waiting": Route("C"),
    "closing.handed": Route("C"),
    "closing.faults": Route("C"),
    "closing.fees": Route("C"),
    "closing.slip": Route("C", query="?co_quan=2&phong=1"),
    # the desk
    "start.home": Route(EVERYBODY),
    "mywork.index": Route(WORKERS, query="?tab=o-mot-cua"),
    "mywork.several": Route(WORKERS, form={"viec": "assign"}),
    "deputies.index": Route(WORKERS + "K"),
    "deputies.name": Route(WORKERS + "K"),
    "deputies.end": Route(WORKERS + "K", "deputyship", owned=True),
    "urging.index": Route(EVERYBODY),
    "urging.draft": Route("AK"),
    "urging.issue": Route("AK"),
    "urging.letter": Route(EVERYBODY, "letter"),
    "urging.fetch": Route(EVERYBODY, "letter", values={"form": "docx"}),
    "urging.explain": Route(WORKERS + "K", "letter"),
    "reassigning.index": Route(WORKERS),
    "reassigning.batch": Route(WORKERS, "batch", owned=True),
    "reassigning.undo": Route(WORKERS, "batch", owned=True),
    "collection.waiting": Route(EVERYBODY),
    "collection.remind": Route("C"),
    "collection.sheet": Route("C"),
    "collection.brought": Route("C"),
    "collection.slip": Route("C", "collected"),
    "search.find": Route(EVERYBODY, query="?q=Kim+Tu+Canary"),
    "search.ask": Route(EVERYBODY, form={"q": "Kim Tu Canary"}),
    "dossiers.show": Route(EVERYBODY, "dossier"),
    "dossiers.show_personal": Route("COUAKT", "dossier", form={"ground": "contact"}),
    "dossiers.hand_over": Route(WORKERS, "dossier"),
    "dossiers.assign": Route(WORKERS, "dossier"),
    "dossiers.note": Route(WORKERS + "K", "dossier"),
    "dossiers.finish": Route(WORKERS, "dossier"),
    "dossiers.reopen": Route(WORKERS, "dossier"),
    "dossiers.withdraw": Route("CUA", "dossier"),
    "dossiers.return_result": Route("C", "dossier"),
    "dossiers.remind": Route("C", "dossier"),
    "dossiers.send_result": Route(WORKERS, "dossier"),
    "dossiers.confirm_result": Route(WORKERS, "dossier"),
    "dossiers.confirm_handover": Route(WORKERS, "dossier"),
    "dossiers.reject_handover": Route(WORKERS, "dossier"),
    "dossiers.take_back": Route(WORKERS, "dossier"),
    "dossiers.send_back": Route(WORKERS, "dossier"),
    "dossiers.next_step": Route(WORKERS, "dossier"),
    "dossiers.return_step": Route(WORKERS, "dossier"),
    # what people keep of lists; which list it is decides further
    "lists.set_list_columns": Route(LEADERS, values={"name": "overdue"}, form={"density": "compact"}),
    "lists.save_list_view": Route(LEADERS, values={"name": "overdue"}, form={"name": "Của tôi"}),
    "lists.open_view": Route(EVERYBODY, "view"),
    "lists.remove_list_view": Route(EVERYBODY, "view", owned=True),
    "lists.export": Route(LEADERS, values={"name": "overdue"}, form={"form": "csv", "reason": "Báo cáo"}),
    "lists.printed": Route(LEADERS, values={"name": "overdue"}),
    "lists.choose": Route("UAK", values={"name": "overdue"}, form={"action": "remind"}),
    "lists.carry_out": Route("UAK", values={"name": "overdue"}, form={"action": "remind"}),
    "lists.exports": Route(EVERYBODY),
    "lists.fetch": Route(EVERYBODY, "export", owned=True),
    # what is held on one person
    "personaldata.ask": Route("AKT"),
    "personaldata.find": Route("AKT", form={"number": "044093001234", "ground": "request"}),
    "personaldata.found": Route("AKT"),
    "personaldata.listed": Route("AKT"),
    "personaldata.erase": Route("AK", form={"erase-said": "đơn"}),
    "retention.index": Route("QT"),
    "retention.rule_form": Route(ADMINISTRATORS),
    "retention.set_rule": Route(ADMINISTRATORS),
    "personaldata.export": Route("AK", form={"export-form": "json", "export-ground": "request"}),
    # supervision, alerts, reports, operations
    "supervision.overdue": Route(LEADERS),
    "supervision.overdue_paper": Route(LEADERS),
    "supervision.late_reception": Route(LEADERS),
    "supervision.due_soon": Route(LEADERS),
    "supervision.reappointed": Route(LEADERS),
    "supervision.agencies": Route(LEADERS, query="?q=dong"),
    "supervision.officers": Route(LEADERS, query="?q=tran"),
    "workload.calendar": Route(LEADERS, query="?unit=0"),
    "workload.due_day": Route(LEADERS, query="?day=2026-11-26"),
    "alertrules.index": Route("KQ"),
    "alertrules.hours": Route("KQ", "agency"),
    "alertrules.set_hours": Route("KQ", "agency", form={"digest_time": "07:00", "text_channel": ""}),
    "alertrules.edit": Route("KQ", "agency", values={"rule": "overdue"}),
    "alertrules.save": Route("KQ", "agency", values={"rule": "overdue"}, form={"step": "look"}),
    "alerts.index": Route(EVERYBODY),
    "alerts.several": Route(WORKERS + "K"),
    "alerts.show": Route(EVERYBODY, "alert"),
    "alerts.acknowledge_one": Route(WORKERS + "K", "alert", form={"note": "đã xem"}),
    "alerts.snooze": Route(WORKERS + "K", "alert"),
    "alerts.hand_on": Route(WORKERS + "K", "alert"),
    "alerts.dispute": Route("UA", "alert"),
    "reports.summary": Route(EVERYBODY),
    "reports.chart": Route(EVERYBODY, values={"name": "dung-han"}),
    "reports.agencies": Route(EVERYBODY, query="?q=dong"),
    "reports.rated": Route(EVERYBODY),
    "reports.dossiers": Route(EVERYBODY, query="?cell=received_total&from=2026-11-01&to=2026-11-30"),
    "reports.public": Route(""),
    "history.events": Route("KQT", query="?from=2026-11-01&to=2026-11-30"),
    "history.deeds": Route("KQT", query="?kind=signed_in"),
    "history.people": Route("KQT", query="?q=tran"),
    "operations.favicon": Route(""),
    "operations.healthz": Route(""),
    "operations.readyz": Route(""),
    "operations.status": Route("QT"),
    "operations.metrics": Route(""),
    "operations.retry": Route(ADMINISTRATORS, values={"message_id": 1}),
    "operations.retry_all": Route(ADMINISTRATORS),
}
