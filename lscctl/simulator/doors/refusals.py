"""How the web server in front of the services turns people away: 401, 404 for a dead session [field guide 3]."""

from lscctl.simulator.doors.accounts import Entry, Gate, LoginRefused, SessionGone
from lscctl.simulator.doors.exchange import Ask, Reply, page


def admitted(gate: Gate, ask: Ask, now: float, realm: str) -> tuple[Entry | None, Reply]:
    """Who is in, or None and the refusal; `now` in epoch seconds."""
    try:
        return gate.enter(ask.headers, now), Reply(200, b"")
    except SessionGone:
        return None, page(404, "Not Found", "The requested resource is not available.", outcome="404 session gone")
    except LoginRefused:
        refusal = page(401, "Unauthorized", "This request requires HTTP authentication.")
        refusal.headers.append(("WWW-Authenticate", f'Basic realm="{realm}"'))
        return None, refusal
