"""Whom of an agency to tell, and how long things may wait: its managers and administrators say."""

import referrals
from core.db import Database
from core.letters import Channel
from core.security import Role
from tests.access.builders import RING
from tests.access.operations.shape import Field, Key, Operation, Town

_LEADS = (Role.provider_manager, Role.administrator)
_ADDRESS = "night.desk@example.org"
_CONTACTS = {"contacts": [{"channel": "mail", "address": _ADDRESS}]}
_CLOCKS = {"clocks": [{"clock": "answer", "urgency": "urgent", "lasts_s": 600}]}
_BOTH = "/api/v1/agency"

ROWS: dict[Key, Operation] = {
    ("PUT", f"{_BOTH}/contacts"): Operation(_CONTACTS, who=_LEADS),
    ("GET", f"{_BOTH}/contacts"): Operation(who=_LEADS),
    ("PUT", f"{_BOTH}/clocks"): Operation(_CLOCKS, who=_LEADS),
    ("GET", f"{_BOTH}/clocks"): Operation(who=_LEADS, silent="times, and nobody"),
}
FIELDS: dict[Key, Field | None] = {
    ("mutation", "setContacts"): (
        f'mutation {{ setContacts(contacts: [{{channel: mail, address: "{_ADDRESS}"}}]) {{ id address }} }}',
        ("PUT", f"{_BOTH}/contacts"),
    ),
    ("query", "contacts"): ("{ contacts { id address } }", ("GET", f"{_BOTH}/contacts")),
    ("mutation", "setClocks"): (
        "mutation { setClocks(clocks: [{clock: answer, urgency: urgent, lastsS: 600}]) { clock lastsS } }",
        ("PUT", f"{_BOTH}/clocks"),
    ),
    ("query", "clocks"): ("{ clocks { clock lastsS own } }", ("GET", f"{_BOTH}/clocks")),
}
PRIVATE = {"AgencyContact", "AgencyClock"}
SAID: dict[str, int] = {}


async def plant(database: Database, town: Town) -> None:
    """One contact of each agency."""
    for whose, address in (("own", _ADDRESS), ("foreign", "secret.desk@example.org")):
        boss = town.callers[whose]
        given = [referrals.ContactIn(channel=Channel.mail, address=address)]
        async with database.transaction(boss) as db:
            await referrals.set_contacts(db, boss, given=given, ring=RING)
    town.secrets.append("secret.desk@example.org")
