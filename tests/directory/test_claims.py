"""An agency answers for a listing once it has shown that the listing's own address or number is its own, or a steward
says so; of two, a steward decides."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

import directory
from api import claims
from core.access import LinkUsedUp, NotAllowed
from core.db import Database
from core.security import GIVEN, SYSTEM, Caller, Role
from directory import ClaimState, ClaimWay
from directory.errors import (
    AlreadyClaimed,
    AskedTooOften,
    ClaimNotOpen,
    NoReason,
    NoSuchChoice,
    NoSuchClaim,
    NoSuchRow,
)
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON, a_site, publish
from tests.directory.claimants import (
    WRITING,
    a_listing,
    a_manager,
    a_published_phone,
    arrived,
    asked,
    decided,
    proven,
)

pytestmark = pytest.mark.security


async def _answers(database: Database, caller: Caller, organization: Any) -> bool:
    async with database.transaction(caller) as db:
        return await directory.answers_for(db, caller, organization)


async def _choices(database: Database, caller: Caller, organization: Any) -> list[tuple[str, str, str]]:
    async with database.transaction(caller) as db:
        listed = await directory.claim_choices(db, caller, organization_id=organization, ring=RING)
    return [(one.way.value, one.masked, one.of) for one in listed]


async def test_what_the_listing_publishes_is_offered_masked(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    assert await _choices(database, ana, listing.organization.id) == [
        ("text", "***-**01", "Harbor"),
        ("mail", "f***@example.org", "Harbor organization"),
    ]


async def test_no_number_of_a_confidential_place_is_offered(database: Database) -> None:
    public, hidden, both = "303-555-0111", "303-555-0122", "303-555-0133"
    site = a_site(
        "Harbor", access_points=(), phones=(a_published_phone(public), a_published_phone(both)),
        location={"confidential": True, "phones": (a_published_phone(hidden), a_published_phone("+1 303 555 0133"))},
    )  # fmt: skip
    await publish(database, site)
    ana = await a_manager(database)
    assert await _choices(database, ana, site.organization.id) == [("text", "***-**11", "Harbor")]


async def test_a_letter_with_a_code_proves_the_claim(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    claim = await asked(database, ana, listing)
    (got,) = await arrived(database)
    assert (claim.state, claim.agency, claim.organization) == (ClaimState.asked, "Harbor House", "Harbor organization")
    assert got.letter.to == "front@example.org"
    assert "Harbor House" in got.letter.body
    assert not [secret for secret in ("front@", got.code, got.token) if secret in claim.model_dump_json()]
    assert not await _answers(database, ana, listing.organization.id)
    done = await proven(database, ana, claim, got.code.replace("-", " "))
    assert done is not None
    assert done.state is ClaimState.proven
    assert await _answers(database, ana, listing.organization.id)


async def test_a_message_goes_to_the_published_number(database: Database) -> None:
    listing, ana = await a_listing(database, email=None), await a_manager(database)
    claim = await asked(database, ana, listing, ClaimWay.text)
    (got,) = await arrived(database)
    assert got.letter.to == "+13035550101"
    done = await proven(database, ana, claim, got.code)
    assert done is not None
    assert done.state is ClaimState.proven


async def test_the_link_shows_and_then_proves_once(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    await asked(database, ana, listing)
    (got,) = await arrived(database)
    async with database.transaction(SYSTEM) as db:
        for _ in range(2):
            shown = await directory.look_at_claim(db, token=got.token, ring=RING, now=NOON)
    assert (shown.agency, shown.organization) == ("Harbor House", "Harbor organization")
    assert not await _answers(database, ana, listing.organization.id)
    async with database.transaction(SYSTEM) as db:
        await claims.prove_by_link(db, token=got.token, writing=WRITING, now=NOON)
    assert await _answers(database, ana, listing.organization.id)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await claims.prove_by_link(db, token=got.token, writing=WRITING, now=NOON)


async def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    claim = await asked(database, ana, listing)
    (got,) = await arrived(database)
    for _ in range(5):
        assert await proven(database, ana, claim, "0000-000") is None
    with pytest.raises(ClaimNotOpen):
        await proven(database, ana, claim, got.code)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await directory.look_at_claim(db, token=got.token, ring=RING, now=NOON)


async def test_after_a_week_neither_code_nor_link_counts_and_it_can_be_asked_anew(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    claim = await asked(database, ana, listing)
    (got,) = await arrived(database)
    late = NOON + timedelta(days=7)
    with pytest.raises(ClaimNotOpen):
        await proven(database, ana, claim, got.code, now=late)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await claims.prove_by_link(db, token=got.token, writing=WRITING, now=late)
    assert (await asked(database, ana, listing, now=late)).state is ClaimState.asked


async def test_of_two_proofs_at_once_one_has_an_effect(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    claim = await asked(database, ana, listing)
    (got,) = await arrived(database)

    async def by_link() -> Any:
        async with database.transaction(SYSTEM) as db:
            return await claims.prove_by_link(db, token=got.token, writing=WRITING, now=NOON)

    said = await asyncio.gather(
        *(proven(database, ana, claim, got.code) for _ in range(3)), by_link(), return_exceptions=True
    )
    done = [one for one in said if not isinstance(one, BaseException)]
    assert len(done) == 1
    assert {type(one) for one in said if isinstance(one, BaseException)} <= {ClaimNotOpen, LinkUsedUp}


async def test_of_two_agencies_at_once_one_is_proven_and_the_other_is_held(database: Database) -> None:
    listing = await a_listing(database)
    ana, bea = await a_manager(database), await a_manager(database, "Other House")
    await asked(database, ana, listing)
    await asked(database, bea, listing)
    tokens = [got.token for got in await arrived(database)]

    async def by_link(token: str) -> ClaimState:
        async with database.transaction(SYSTEM) as db:
            return (await claims.prove_by_link(db, token=token, writing=WRITING, now=NOON)).state

    assert sorted(await asyncio.gather(*map(by_link, tokens))) == ["held", "proven"]


async def test_a_second_agency_waits_for_a_steward_who_is_told(database: Database) -> None:
    listing = await a_listing(database)
    steward = (await a_member(database, await an_agency(database, "Keepers"), Role.steward, name="Stu")).caller
    ana, bea = await a_manager(database), await a_manager(database, "Other House")
    for manager in (ana, bea):
        claim = await asked(database, manager, listing)
        (got,) = await arrived(database)
        last = await proven(database, manager, claim, got.code)
    assert last is not None
    assert last.state is ClaimState.held
    (told,) = await arrived(database)
    assert told.letter.to == "stu.steward@example.org"
    assert "Other House" in told.letter.body
    assert not await _answers(database, bea, listing.organization.id)
    assert (await decided(database, steward, claim.id, yes=True)).state is ClaimState.proven
    assert await _answers(database, ana, listing.organization.id)
    assert await _answers(database, bea, listing.organization.id), "two may share a listing"


async def test_without_a_letter_a_steward_decides(database: Database) -> None:
    listing, ana = await a_listing(database), await a_manager(database)
    steward = await a_manager(database, "Keepers", Role.steward)
    claim = await asked(database, ana, listing, ClaimWay.steward)
    assert claim.state is ClaimState.held
    assert len(await arrived(database)) == 1
    async with database.transaction(steward) as db:
        (waiting,) = await directory.claims(db, steward, now=NOON)
        assert (waiting.id, waiting.agency) == (claim.id, "Harbor House")
    with pytest.raises(NoReason):
        async with database.transaction(steward) as db:
            await directory.decide_claim(db, steward, claim_id=claim.id, proven=True, reason=" ", now=NOON)
    refused = await decided(database, steward, claim.id, yes=False)
    assert (refused.state, refused.reason) == (ClaimState.refused, "Called them")
    with pytest.raises(ClaimNotOpen):
        await decided(database, steward, claim.id, yes=True)
    assert not await _answers(database, ana, listing.organization.id)


@pytest.mark.parametrize("role", GIVEN)
async def test_managers_and_administrators_claim_and_stewards_decide(database: Database, role: Role) -> None:
    listing = await a_listing(database)
    who = await a_manager(database, "Harbor House", role)
    ana = await a_manager(database, "Other House")
    claim = await asked(database, ana, listing)
    may = set()
    for act, verb in {
        "ask": asked(database, who, listing),
        "decide": decided(database, who, claim.id, yes=True),
    }.items():
        try:
            await verb
            may.add(act)
        except NotAllowed:
            pass
    wanted = {Role.provider_manager: {"ask"}, Role.administrator: {"ask"}, Role.steward: {"decide"}}
    assert may == wanted.get(role, set())


async def test_a_claim_is_ended_by_the_agency_or_a_steward_and_stays_so(database: Database) -> None:
    listing = await a_listing(database)
    agency = await an_agency(database, "Harbor House")
    boss, ana = [
        (await a_member(database, agency, role)).caller for role in (Role.administrator, Role.provider_manager)
    ]
    claim = await asked(database, ana, listing)
    (got,) = await arrived(database)
    await proven(database, ana, claim, got.code)

    async def end(caller: Caller) -> ClaimState:
        async with database.transaction(caller) as db:
            return (await directory.end_claim(db, caller, claim_id=claim.id, reason="We closed", now=NOON)).state

    with pytest.raises(NotAllowed):
        await end(ana)
    with pytest.raises(NoSuchClaim):
        await end(await a_manager(database, "Other House", Role.administrator))
    assert [await end(boss), await end(boss)] == [ClaimState.ended, ClaimState.ended]
    assert not await _answers(database, ana, listing.organization.id)


async def test_one_agency_asks_for_a_listing_once_at_a_time_and_three_times_a_week(database: Database) -> None:
    listing, boss = await a_listing(database), await a_manager(database, role=Role.administrator)
    for n in range(3):
        claim = await asked(database, boss, listing)
        with pytest.raises(AlreadyClaimed):
            await asked(database, boss, listing)
        async with database.transaction(boss) as db:
            await directory.end_claim(db, boss, claim_id=claim.id, reason=None, now=NOON)
        assert len(await arrived(database)) == 1, n
    with pytest.raises(AskedTooOften):
        await asked(database, boss, listing)
    assert (await asked(database, boss, listing, now=NOON + timedelta(days=7))).state is ClaimState.asked


async def test_nothing_but_what_is_published_can_be_written_to(database: Database) -> None:
    listing, other, ana = await a_listing(database), await a_listing(database, "Other"), await a_manager(database)
    async with database.transaction(ana) as db:
        (_, foreign) = await directory.claim_choices(db, ana, organization_id=other.organization.id, ring=RING)
    for way, choice in (
        (ClaimWay.mail, foreign.id), (ClaimWay.mail, "ana@example.org"), (ClaimWay.mail, None), (ClaimWay.text, ""),
    ):  # fmt: skip
        with pytest.raises(NoSuchChoice):
            async with database.transaction(ana) as db:
                await claims.ask(
                    db, ana, organization_id=listing.organization.id, way=way, choice=choice, writing=WRITING, now=NOON
                )
    with pytest.raises(NoSuchRow):
        async with database.transaction(ana) as db:
            await claims.ask(
                db, ana, organization_id=uuid4(), way=ClaimWay.steward, choice=None, writing=WRITING, now=NOON
            )
    assert await arrived(database) == []
