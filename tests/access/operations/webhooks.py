"""Webhooks: administrators, of their own agency's; the feed, whoever sends or receives people."""

from uuid import UUID, uuid4

import referrals
from core.addresses import LOOPBACK
from core.db import Database
from core.outgoing import Outgoing
from core.security import Role
from tests.access.builders import RING
from tests.access.operations.referrals import CARES
from tests.access.operations.shape import Field, Key, Operation, Town

_BOSS = (Role.administrator,)
_URL = "https://dispatch.example.org/hooks"
_CODES = "codes and ids: who the person is is shown by none of them"
_AFTER = "3:3:"
_ELSEWHERE = f"{1 << 62}:{1 << 62}:"


def _of(verb: str) -> Key:
    return ("POST", f"/api/v1/webhooks/{{webhook_id}}/{verb}")


async def _again(town: Town, target: str) -> None:
    """One that is not ended."""
    if target == "own":
        town.ids["webhook_id"][target] = await _made(town.database, town, target)


_DELIVERIES: Key = ("GET", "/api/v1/webhooks/{webhook_id}/deliveries")
_EVENTS: Key = ("GET", "/api/v1/referrals/events")
_FEED: Key = ("GET", "/api/v1/referrals/feed")
ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/webhooks"): Operation(who=_BOSS, silent="addresses of machines"),
    ("POST", "/api/v1/webhooks"): Operation({"url": _URL}, who=_BOSS, works=201, before=_again),
    _of("rotate"): Operation(of="webhook_id", who=_BOSS),
    _of("enable"): Operation(of="webhook_id", who=_BOSS),
    _of("replay"): Operation({"after": _AFTER}, of="webhook_id", who=_BOSS),
    _DELIVERIES: Operation(of="webhook_id", who=_BOSS, silent=_CODES),
    _of("end"): Operation(of="webhook_id", who=_BOSS, before=_again),
    # a cursor of another database is answered by the end of the stream
    _EVENTS: Operation(who=CARES, scope="referrals.read", silent=_CODES, headers={"last-event-id": _ELSEWHERE}),
    _FEED: Operation(who=CARES, scope="referrals.read", silent=_CODES),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "webhooks"): ("{ webhooks { id url } }", ("GET", "/api/v1/webhooks")),
    ("mutation", "makeWebhook"): (f'mutation {{ makeWebhook(url: "{_URL}") {{ id }} }}', ("POST", "/api/v1/webhooks")),
    ("query", "webhookDeliveries"): ('{ webhookDeliveries(webhookId: "%(webhook_id)s") { event } }', _DELIVERIES),
    ("query", "referralFeed"): ("{ referralFeed { cursor } }", _FEED),
    ("mutation", "replayWebhook"): (
        f'mutation {{ replayWebhook(webhookId: "%(webhook_id)s", after: "{_AFTER}") {{ many }} }}', _of("replay"),
    ),
    **{
        ("mutation", f"{verb}Webhook"): (
            f'mutation {{ {verb}Webhook(webhookId: "%(webhook_id)s") {{ id }} }}', _of(verb),
        )
        for verb in ("rotate", "enable", "end")
    },
}  # fmt: skip
PRIVATE = {
    "Webhook",
    "WebhookSecret",
    "WebhookDelivery",
    "WebhookReplay",
    "ReferralNews",
    "ReferralFeed",
    "ReferralUpdate",
}
SAID = {"no-such-webhook": 404}


async def _made(database: Database, town: Town, whose: str) -> UUID:
    """The only one of that agency."""
    boss = town.callers[whose]
    async with database.transaction(boss) as db:
        for one in await referrals.webhooks(db, boss):
            if one.state != referrals.WebhookState.ended:
                await referrals.end_webhook(db, boss, webhook_id=one.id)
        made = await referrals.make_webhook(db, boss, url=_URL, ring=RING, way=Outgoing(also=LOOPBACK))
    return made.id


async def plant(database: Database, town: Town) -> None:
    """One of each agency."""
    town.ids["webhook_id"] = {"missing": uuid4()}
    for whose in ("own", "foreign"):
        town.ids["webhook_id"][whose] = await _made(database, town, whose)
    town.secrets.append(str(town.ids["webhook_id"]["foreign"]))
