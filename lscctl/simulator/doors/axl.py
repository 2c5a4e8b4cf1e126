"""AXL: who may call, in which version, within which limits, and what the operations answer [field guide 3]."""

import re

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors import lines, phones, security_profiles, statements
from lscctl.simulator.doors.accounts import Account, Gate
from lscctl.simulator.doors.exchange import HTML, Ask, Reply, page
from lscctl.simulator.doors.faults import INVALID_VALUE, OTHER, AxlFaultError
from lscctl.simulator.doors.limits import AnswerMemory
from lscctl.simulator.doors.notifications import ChangeNotifications
from lscctl.simulator.doors.operation import Done, Operation, Request
from lscctl.simulator.doors.refusals import admitted
from lscctl.simulator.doors.returned_tags import fill_tags
from lscctl.simulator.doors.soap import Call, SoapError, axl_fault, children, element, read_call, response
from lscctl.simulator.doors.versions import UnknownVersionError, Versions, action_operation
from lscctl.simulator.grammar import Grammar, GrammarError, WrongValue

WELCOME = (
    "<html><head><title>Cisco CallManager: AXL Web Service</title></head><body>"
    "<h1>Cisco CallManager: AXL Web Service</h1>"
    "<p>The AXL Web Service is working and accepting requests. Use HTTP POST to send a request.</p></body></html>"
)


def _ccm_version(request: Request) -> Done:
    return Done(f"<componentVersion>{element('version', request.cluster.ccm_version)}</componentVersion>")


READS: dict[str, Operation] = {
    "getCCMVersion": _ccm_version,
    "getPhone": phones.get_phone,
    "listPhone": phones.list_phone,
    "getPhoneSecurityProfile": security_profiles.get_profile,
    "listPhoneSecurityProfile": security_profiles.list_profiles,
    "executeSQLQuery": statements.execute_query,
}
WRITES: dict[str, Operation] = {
    "updatePhone": phones.update_phone,
    "applyPhone": phones.apply_phone,
    "resetPhone": phones.reset_phone,
    "restartPhone": phones.restart_phone,
    "doDeviceReset": phones.do_device_reset,
    "addPhoneSecurityProfile": security_profiles.add_profile,
    "updatePhoneSecurityProfile": security_profiles.update_profile,
    "applyPhoneSecurityProfile": security_profiles.apply_profile,
    "resetPhoneSecurityProfile": security_profiles.reset_profile,
    "executeSQLUpdate": statements.execute_update,
}
SQL = frozenset({"executeSQLQuery", "executeSQLUpdate"})
OPERATIONS = READS | WRITES
_FIRST_IN_BODY = re.compile(rb"<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?(\w+)")


class AxlService:
    """Answers POSTs with SOAP and GETs with a word of welcome."""

    def __init__(self, cluster: Cluster, gate: Gate, notifications: ChangeNotifications, memory: AnswerMemory) -> None:
        self._cluster = cluster
        self._gate = gate
        self._notifications = notifications
        self._memory = memory
        self._versions = Versions(cluster.schemas, cluster.assumptions)
        with cluster.lock:
            cluster.connection.execute(phones.KEPT_TABLE)
            cluster.connection.execute(lines.KEPT_TABLE)

    def operation_of(self, ask: Ask) -> str:
        """The operation's name, cheaply: for disturbances and the log, before anything is checked."""
        if ask.method == "GET":
            return "GET"
        found = _FIRST_IN_BODY.search(ask.body)
        return found[1].decode() if found else action_operation(ask.headers.get("soapaction", "")) or "-"

    def counts(self, reply: Reply) -> bool:
        """Whether an answer is that of a read, so that it shares the memory of those under way [field guide 3]."""
        return reply.status == 200 and reply.operation in READS

    def answer(self, ask: Ask) -> Reply:
        """Answer one request, whoever it is from."""
        entry, refusal = admitted(self._gate, ask, self._cluster.clock.utc(), "Cisco AXL API")
        if entry is None:
            return refusal
        reply = self._for(entry.account, ask)
        reply.user = entry.account.user
        reply.headers += [("Set-Cookie", cookie) for cookie in entry.cookies]
        return reply

    def out_of_memory(self, reply: Reply) -> Reply:
        """The fault in place of an answer for which there is no room beside those under way."""
        text = "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"
        refusal = self._fault(OTHER, text, reply.operation)
        refusal.user, refusal.version, refusal.subject = reply.user, reply.version, reply.subject
        return refusal

    def _for(self, account: Account, ask: Ask) -> Reply:
        if not account.may_read_axl():
            return page(403, "Forbidden", "Access to the requested resource has been denied")
        if ask.method == "GET":
            return Reply(200, WELCOME.encode(), HTML)
        if ask.headers.get("content-type", "").lower().startswith("application/soap+xml"):
            return self._fault(OTHER, "Only SOAP 1.1 or SOAP 1.2 messages of the same version are accepted", "")
        try:
            call = read_call(ask.body, ask.charset)
        except SoapError as error:
            return self._fault(OTHER, str(error), "")
        reply = self._call(account, ask, call)
        reply.operation = call.operation
        reply.subject = _subject(call)
        return reply

    def _call(self, account: Account, ask: Ask, call: Call) -> Reply:
        action, sql = ask.headers.get("soapaction", ""), call.operation in SQL
        try:
            version = self._versions.of(call.namespace, action, sql=sql)
        except UnknownVersionError:
            return self._versions.refusal()
        mismatch = self._versions.action_mismatch(action, call.operation, version, sql=sql)
        if mismatch is not None:
            return self._fault(INVALID_VALUE, mismatch, call.operation)
        if call.operation in WRITES and not account.may_write_axl():
            return page(403, "Forbidden", "Access to the requested resource has been denied")
        if call.operation in WRITES and not self._notifications.admit():
            return self._throttled()
        reply = self._carry_out(call, Grammar.for_version(version))
        reply.version = version
        return reply

    def _throttled(self) -> Reply:
        refusal = page(503, "Service Unavailable", "AXL is throttled: too many change notifications are outstanding")
        if self._notifications.retry_after is not None:
            refusal.headers.append(("Retry-After", str(self._notifications.retry_after)))
        return refusal

    def _carry_out(self, call: Call, grammar: Grammar) -> Reply:
        if call.operation not in grammar.operations:
            text = f"The endpoint reference (EPR) for the Operation not found is {call.operation}"
            return self._fault(OTHER, text, call.operation)
        if call.namespace != grammar.namespace:
            call.element.tag = f"{{{grammar.namespace}}}{call.operation}"
        _fill_returned_tags(call, grammar)
        try:
            grammar.spell_booleans(call.element)
            grammar.check(call.element)
            for wrong in grammar.wrong_enumerations(call.element):
                if not self._knows(wrong):
                    raise AxlFaultError(INVALID_VALUE, str(wrong))
            request = Request(self._cluster, grammar, call.operation, grammar.with_defaults(call.element))
            with self._cluster.lock:
                self._cluster.advance()
                done = OPERATIONS[call.operation](request)
        except GrammarError as error:
            return self._fault(OTHER, str(error), call.operation)
        except AxlFaultError as error:
            return self._fault(error.code, error.message, call.operation)
        if call.operation in WRITES:
            self._notifications.written(done.notifications)
        body = response(call.namespace, call.operation, done.content, call.sequence)
        if len(body) > self._memory.one and call.operation in READS:
            return self._too_large(call.operation, done.rows, len(body))
        return Reply(200, body)

    def _knows(self, wrong: WrongValue) -> bool:
        """Whether it is a model that came to the cluster after its schema, with a device package."""
        table = {"XModel": "typemodel", "XProduct": "typeproduct"}.get(wrong.type)
        if table is None:
            return False
        with self._cluster.lock:
            found = self._cluster.connection.execute(f"SELECT 1 FROM {table} WHERE name = ?", (wrong.value,))
            return found.fetchone() is not None

    def _too_large(self, operation: str, rows: int, size: int) -> Reply:
        fits = self._memory.suggested_rows(rows, size)
        hint = "Suggestive Row Fetch"
        if self._cluster.assumptions.row_limit_hint == "suggested":
            hint = "Suggested row fetch"
        text = f"Query request too large. Total rows matched: {rows} rows. {hint}: less than {fits} rows"
        return self._fault(OTHER, text, operation)

    def _fault(self, code: int, message: str, operation: str) -> Reply:
        party = "soapenv:Client" if self._cluster.assumptions.fault_code == "client" else "soapenv:Server"
        return Reply(500, axl_fault(party, code, message, operation), operation=operation, outcome=f"fault {code}")


def _fill_returned_tags(call: Call, grammar: Grammar) -> None:
    fields = {field.name: field.fields for field in grammar.fields(grammar.operations[call.operation].request)}
    for tags in call.element.iterchildren("returnedTags"):
        fill_tags(tags, fields.get("returnedTags", ()))


def _subject(call: Call) -> str:
    """What the log calls the object of a request: a name or a uuid, or a statement's verb and tables."""
    named = {name: (part.text or "").strip() for name, part in children(call.element)}
    if call.operation in SQL:
        return statements.shown(named.get("sql", ""))
    for name in ("name", "uuid", "deviceName"):
        if named.get(name):
            return named[name][:128]
    return "-"
