"""Machines that publish their keys: fetched when they are needed, outside of any transaction, and not too often."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from joserfc.jwk import ECKey

from core import access, clock
from core.db import Database
from core.security import Caller, Role
from tests.access.elsewhere.providers import Liar
from tests.access.forging import Machine, form

pytestmark = pytest.mark.security

FIRST, NEXT = (ECKey.generate_key("P-384", parameters={"kid": kid, "alg": "ES384"}) for kid in ("1", "2"))


@pytest.fixture
async def machine(database: Database, agency: UUID, liar: Liar) -> Machine:
    boss = Caller(id=uuid4(), agency_id=agency, roles=frozenset({Role.administrator}))
    async with database.transaction(boss) as db:
        made = await access.register_client(
            db, boss, name="Dispatch", scopes=["directory.read"], jwks_uri=f"{liar.issuer}/keys",
            lasts=timedelta(days=9), now=clock.now(),
        )  # fmt: skip
    _publish(liar, FIRST)
    return Machine(str(made.id), FIRST, "https://doorlight.test/oauth/token", clock.now())


def _publish(liar: Liar, key: ECKey) -> None:
    liar.pages["/keys"] = lambda _: (200, {"keys": [key.as_dict(private=False)]})


async def _status(browser: AsyncClient, proof: str) -> int:
    return (await browser.post("/oauth/token", data=form(proof))).status_code


async def test_a_published_key_proves_a_machine_and_is_kept(browser: AsyncClient, liar: Liar, machine: Machine) -> None:
    assert [await _status(browser, machine.proof()) for _ in range(3)] == [200] * 3
    assert liar.paths() == ["/keys"]


async def test_a_machine_may_say_where_its_keys_are_if_it_says_the_truth(
    browser: AsyncClient, liar: Liar, machine: Machine
) -> None:
    assert await _status(browser, machine.proof(head={"jku": f"{liar.issuer}/keys"})) == 200
    assert await _status(browser, machine.proof(head={"jku": f"{liar.issuer}/others"})) == 401
    assert "/others" not in liar.paths()


async def test_a_new_key_is_found_after_a_minute_and_an_unknown_one_makes_us_ask_no_more_than_that(
    browser: AsyncClient, liar: Liar, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _status(browser, machine.proof()) == 200
    _publish(liar, NEXT)
    machine.key = NEXT
    assert [await _status(browser, machine.proof()) for _ in range(3)] == [401] * 3
    assert liar.paths() == ["/keys"]
    machine.now = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: machine.now)
    assert await _status(browser, machine.proof()) == 200
    assert liar.paths() == ["/keys"] * 2


@pytest.mark.parametrize("page", [(500, {}), (404, {}), (200, b"<html>"), (200, []), (200, {"keys": "none"})])
async def test_keys_that_cannot_be_had_prove_nothing(
    browser: AsyncClient, liar: Liar, machine: Machine, page: tuple[int, object]
) -> None:
    liar.pages["/keys"] = lambda _: page
    assert [await _status(browser, machine.proof()) for _ in range(3)] == [401] * 3
    assert len(liar.asked) == 1, "and one that failed is left in peace for a moment"


async def test_a_private_key_that_somebody_published_is_not_used(
    browser: AsyncClient, liar: Liar, machine: Machine
) -> None:
    liar.pages["/keys"] = lambda _: (200, {"keys": [FIRST.as_dict(private=True)]})
    assert await _status(browser, machine.proof()) == 401


async def test_addresses_of_this_machine_are_asked_only_where_that_is_set(liar: Liar) -> None:
    with pytest.raises(access.BadAddress, match=r"not on the open internet|Only https"):
        await access.ToProviders().get_json(f"{liar.issuer}/keys")
    assert liar.asked == []
