"""Referrals: those who send and receive people, each side its own; a machine with the scope for it speaks for both."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

import referrals
from core import clock
from core.db import Database, driver_of
from core.security import SYSTEM, Caller, Role
from referrals.rows.load import database_now
from referrals.rows.save import Beside, Speaker, save
from referrals.rules.acts import asking, passage
from referrals.rules.case import ConsentState, Mode, Pattern
from referrals.rules.deadlines import Urgency
from referrals.rules.machines import Actor
from referrals.rules.reasons import Asks, Live, Returned
from referrals.rules.turn import Turn
from tests.access.builders import RING
from tests.access.operations.shape import MACHINE, Field, Key, Operation, Town

CARES = (
    Role.responder, Role.call_taker, Role.provider_staff, Role.provider_manager, Role.administrator, MACHINE,
)  # fmt: skip
_SETS = (Role.provider_staff, Role.provider_manager, Role.administrator, MACHINE)
_NAME = "Secret Name of Somebody"
_LATER = (clock.now() + timedelta(hours=12)).isoformat()
# The way to each state, a step at a time.
_PATH = ("draft", "ready", "offering", "matched", "connecting", "handed_off", "travelling", "arrived", "engaged")

# What is said, as JSON and as GraphQL writes it, and the state that it is said from.
_SAID: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "consent": (
        {"how": "written", "fields": ["name"], "police_told": True},
        "how: written, fields: [name], policeTold: true", "draft",
    ),
    "revoke": ({}, "", "offering"),
    "offer": ({"service_ids": []}, "serviceIds: []", "ready"),
    "connect": ({}, "", "matched"),
    "join": ({}, "", "connecting"),
    "hand_off": ({"person_present": True}, "personPresent: true", "connecting"),
    "depart": ({"eta": _LATER}, f'eta: "{_LATER}"', "handed_off"),
    "arrive": ({}, "", "travelling"),
    "miss": ({}, "", "travelling"),
    "engage": ({}, "", "arrived"),
    "follow_up": ({}, "", "engaged"),
    "report": ({"outcome": "served"}, "outcome: served", "engaged"),
    "return": ({"reason": "no_capacity"}, "reason: no_capacity", "matched"),
    "acknowledge": ({}, "", "returned"),
    "reassign": ({}, "", "offering"),
    "close": ({"outcome": "served"}, "outcome: served", "engaged"),
    "decline": ({}, "", "offering"),
    "withdraw": ({}, "", "matched"),
    "cancel": ({"reason": "need_over"}, "reason: need_over", "ready"),
    "correct": ({"reason": "made_twice"}, "reason: made_twice", "draft"),
}  # fmt: skip
_OF_OFFER: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "see": ({}, "", "offering"),
    "hold": ({}, "", "counted"),
    "accept": ({}, "", "offering"),
    "accept_if": ({"asks": ["id"]}, "asks: [id]", "offering"),
    "agree": ({}, "", "asked_if"),
    "waitlist": ({"position": 2}, "position: 2", "offering"),
    "decline": ({"reason": "age"}, "reason: age", "offering"),
    "withdraw": ({}, "", "offering"),
    "release": ({}, "", "to_choose"),
}
_BARE = {"connect"}


def _turn(town: Town, whose: str, state: str, now: Any, pool_id: UUID | None) -> tuple[Turn, UUID]:
    """A referral of that agency to itself, at that state, as the rules bring it there."""
    agency = town.agencies[whose]
    turn = passage.create(
        case_id=uuid4(), agency_id=agency, urgency=Urgency.urgent, mode=Mode.warm,
        pattern=Pattern.choice if state == "to_choose" else Pattern.cascade, width=1,
        on_duty=town.callers[whose].id, by=Actor.referrer, now=now,
    )  # fmt: skip
    offer_id = uuid4()
    candidate = asking.Candidate(offer_id, town.ids["service_id"][whose], agency, pool_id)
    given = ConsentState(uuid4(), frozenset(), frozenset({"name"}), now + timedelta(days=1))
    steps: list[tuple[Actor, Callable[[Turn], None]]] = [
        (Actor.person, lambda one: passage.consent(one, given, police_told=True)),
        (Actor.referrer, lambda one: asking.offer(one, [candidate])),
        (Actor.receiver, lambda one: asking.accept(one, offer_id, None)),
        (Actor.receiver, lambda one: passage.connect(one, Live.call)),
        (Actor.receiver, lambda one: passage.hand_off(one, person_present=True)),
        (Actor.receiver, lambda one: passage.depart(one, eta=now + timedelta(hours=1))),
        (Actor.receiver, passage.arrive),
        (Actor.receiver, passage.engage),
    ]
    match state:
        case "asked_if":
            steps = [*steps[:2], (Actor.receiver, lambda one: asking.accept_if(one, offer_id, [Asks.id], None))]
        case "returned":
            steps = [*steps[:3], (Actor.receiver, lambda one: passage.give_back(one, Returned.no_capacity))]
        case "to_choose":
            steps = steps[:3]
        case "counted":
            steps = steps[:2]
        case _:
            steps = steps[: _PATH.index(state)]
    for by, step in steps:
        turn.by = by
        step(turn)
    return turn, offer_id


async def _all_free(db: AsyncSession, service_id: UUID) -> UUID:
    """The places of that service, none of them taken."""
    found = await (await driver_of(db)).execute(
        "UPDATE capacity_unit AS u SET hold_id = NULL, until = NULL FROM capacity_pool AS p"
        " WHERE p.id = u.pool_id AND p.service_id = %s RETURNING p.id", (service_id,)
    )  # fmt: skip
    row = await found.fetchone()
    assert row is not None
    pool_id: UUID = row[0]
    return pool_id


async def _put(town: Town, target: str, state: str) -> None:
    if target == "foreign" and "foreign" in town.ids["offer_id"]:
        return  # nobody of the own agency changes it
    async with town.database.transaction(SYSTEM) as db:
        now = await database_now(await driver_of(db))
        pool_id = await _all_free(db, town.ids["service_id"][target])
        turn, offer_id = _turn(town, target, state, now, pool_id if state == "counted" else None)
        columns = {"kinds": ["SITE.SOBER"], "made_by": str(town.callers[target].id)}
        spoken = {"how": "written", "language": "en", "notice": "1", "may_contact": True, "made_at": now.isoformat()}
        beside = Beside(referral=columns, consents=dict.fromkeys(turn.case.consents, spoken))
        await save(db, None, turn, Speaker(SYSTEM), beside)
        connection = await driver_of(db)
        words = {"name": _NAME if target == "foreign" else "Alex", "birth_date": "1991-02-03",
                 "contact": "555-0177", "note": "Likes dogs"}  # fmt: skip
        await connection.execute(
            "INSERT INTO referral_person (referral_id, agency_id, survivor, name, birth_date, contact, note)"
            " VALUES (%s, %s, false, %s, %s, %s, %s)",
            (
                turn.case.id, turn.case.agency_id,
                *(RING.seal(said, row=turn.case.id, column=f"referral_person.{one}") for one, said in words.items()),
            ),
        )  # fmt: skip
        note = RING.seal("Threw a chair in May", row=offer_id, column="offer.note")
        await connection.execute("UPDATE offer SET note = %s WHERE id = %s", (note, offer_id))
    town.ids["referral_id"][target], town.ids["offer_id"][target] = turn.case.id, offer_id
    if target == "foreign":
        town.secrets += [str(turn.case.id), str(offer_id), _NAME]


def _at(state: str) -> Callable[[Town, str], Awaitable[None]]:
    async def before(town: Town, target: str) -> None:
        await _put(town, target, state)

    return before


def _choice(ids: Mapping[str, Any]) -> dict[str, Any]:
    return {"offer_id": str(ids["offer_id"])}


def _row(said: tuple[dict[str, Any], str, str], of: str, verb: str) -> Operation:
    machine = dict(said[0])
    if verb in {"acknowledge", "reassign"}:
        return Operation(_named, of=of, who=CARES, scope="referrals.write", before=_at(said[2]))
    return Operation(machine, of=of, who=CARES, scope="referrals.write", before=_at(said[2]))


def _named(ids: Mapping[str, Any]) -> dict[str, Any]:
    """A machine has to say who has it in hand."""
    return {"person_id": str(ids["boss_id"])}


def _path(root: str, verb: str) -> Key:
    return ("POST", f"/api/v1/{root}/{{{root.removesuffix('s')}_id}}/{verb}")


def _words(verb: str) -> str:
    first, *rest = verb.split("_")
    return first + "".join(one.title() for one in rest)


def _query(root: str, verb: str, said: str) -> str:
    what = root.removesuffix("s")
    given = f'{what}Id: "%({what}_id)s"'
    if verb in {"acknowledge", "reassign"} and root == "referrals":
        said = 'personId: "%(boss_id)s"'
    if not (root == "referrals" and verb in _BARE):
        given += f", input: {{{said}}}"
    return f"mutation {{ {_words(verb)}{what.title()}({given}) {{ id status offers {{ id status }} }} }}"


_EVERY = [("referrals", verb, said) for verb, said in _SAID.items()] + [
    ("offers", verb, said) for verb, said in _OF_OFFER.items()
]
_CREATE = {"kinds": ["SITE.SOBER"], "urgency": "urgent"}
_CHOOSE: Key = ("POST", "/api/v1/referrals/{referral_id}/choose")
_ONE: Key = ("GET", "/api/v1/referrals/{referral_id}")
_PLACES = "/api/v1/services/{service_id}/places"
_CODES = "codes and ids: who the person is is shown by none of them"

ROWS: dict[Key, Operation] = {
    ("POST", "/api/v1/referrals"): Operation(_CREATE, who=CARES, works=201, scope="referrals.write"),
    ("GET", "/api/v1/referrals/inbox"): Operation(who=CARES, scope="referrals.read", silent=_CODES),
    ("GET", "/api/v1/referrals/outbox"): Operation(who=CARES, scope="referrals.read", silent=_CODES),
    _ONE: Operation(of="referral_id", who=CARES, scope="referrals.read", before=_at("offering")),
    ("GET", _PLACES): Operation(of="service_id", who=CARES, scope="referrals.read", silent="how many are free"),
    ("PUT", _PLACES): Operation({"capacity": 3}, of="service_id", who=_SETS, scope="capacity.write"),
    _CHOOSE: Operation(_choice, of="referral_id", who=CARES, scope="referrals.write", before=_at("to_choose")),
    **{_path(root, verb): _row(said, f"{root.removesuffix('s')}_id", verb) for root, verb, said in _EVERY},
}
FIELDS: dict[Key, Field | None] = {
    ("mutation", "createReferral"): (
        'mutation { createReferral(input: {kinds: ["SITE.SOBER"], urgency: urgent}) { id code } }',
        ("POST", "/api/v1/referrals"),
    ),
    ("query", "inbox"): ("{ inbox { id kinds offers { id } } }", ("GET", "/api/v1/referrals/inbox")),
    ("query", "outbox"): ("{ outbox { id kinds offers { id } } }", ("GET", "/api/v1/referrals/outbox")),
    ("query", "referral"): (
        '{ referral(referralId: "%(referral_id)s") { id person { name birthDate contact note } history { verb } } }',
        _ONE,
    ),
    ("query", "places"): ('{ places(serviceId: "%(service_id)s") { free } }', ("GET", _PLACES)),
    ("mutation", "setPlaces"): (
        'mutation { setPlaces(serviceId: "%(service_id)s", input: {capacity: 3}) { free } }', ("PUT", _PLACES),
    ),
    ("mutation", "chooseReferral"): (
        'mutation { chooseReferral(referralId: "%(referral_id)s", input: {offerId: "%(offer_id)s"}) { id } }', _CHOOSE,
    ),
    **{
        ("mutation", _words(verb) + root.removesuffix("s").title()): (_query(root, verb, said[1]), _path(root, verb))
        for root, verb, said in _EVERY
    },
}  # fmt: skip
PRIVATE = {
    "Referral", "ReferralWhole", "ReferralStep", "ReferralMade", "Offer", "OfferStep", "ReferredPerson",
    "ReferralEvent", "PersonDisclosure", "ReferralConsent", "PassedOver", "Places",
}  # fmt: skip
SAID = {"no-such-referral": 404, "no-such-offer": 404, "no-such-pool": 404}


async def plant(database: Database, town: Town) -> None:
    """One of each agency, to itself; and places that it counts."""
    town.ids["referral_id"], town.ids["offer_id"] = {"missing": uuid4()}, {"missing": uuid4()}
    town.ids["boss_id"] = dict.fromkeys(("own", "foreign", "missing"), town.callers["own"].id)
    for whose in ("own", "foreign"):
        boss = town.callers[whose]
        by = Caller(id=boss.id, agency_id=boss.agency_id, roles=frozenset({Role.provider_manager}))
        async with database.transaction(by) as db:
            await referrals.set_places(
                db, by, service_id=town.ids["service_id"][whose], pool=referrals.PoolIn(capacity=2)
            )
        await _put(town, whose, "offering")
