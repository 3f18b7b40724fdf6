"""What clients do in a cell: people are passed on, from the first word to the last, several at once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Literal

from tests.faults.client import Client
from tests.faults.scene import Scene

PEOPLE, AT_ONCE = 10, 8
FEW = 8  # where each of their steps is told to others: as many as there are places for
WIDTH = 3
Way = Literal["once", "twice_at_once", "twice_in_turn"]
_ROOT = "/api/v1"
_PERSON = {"name": "Alex (invented)", "contact": "555-0100"}


@dataclass(frozen=True)
class Passages:
    """`ways`: an act that is sent in another way than once."""

    scene: Scene
    ways: Mapping[str, Way]
    people: int = PEOPLE
    at_once: int = AT_ONCE

    async def run(self) -> None:
        """Pass all of them on; there are fewer places than people."""
        free = asyncio.Semaphore(self.at_once)

        async def one(mode: str) -> None:
            async with free:
                await self.one(mode)

        async with asyncio.TaskGroup() as group:
            for _, mode in zip(range(self.people), cycle(("warm", "cold")), strict=False):
                group.create_task(one(mode))

    async def one(self, mode: str) -> None:
        """One person. Three are asked at once: the first to accept has them, or nobody has a place."""
        scene = self.scene
        stands = await self.offered(pattern="parallel", width=WIDTH, mode=mode)
        if stands is None:
            return
        answers = [
            self._ask(scene.provider(one["service_id"]), "accept", f"/offers/{one['id']}", {}, about=one["id"])
            for one in stands["offers"]
        ]
        won = [one for one in await asyncio.gather(*answers) if one is not None]
        place = f"/referrals/{stands['id']}"
        if not won:
            await self._ask(scene.referrer, "cancel", place, {"reason": "other"}, about=stands["id"])
            return
        await self._received(won[0], mode)

    async def offered(self, **how: Any) -> dict[str, Any] | None:
        """As far as the three are asked."""
        scene = self.scene
        referral = {"mode": "cold", "kinds": ["SITE.SOBER"], "person": _PERSON, **how}
        made = await self._ask(scene.referrer, "create", "", referral)
        if made is None:
            return None
        place = f"/referrals/{made['id']}"
        agreed = {"how": "written", "fields": ["name", "contact"], "police_told": True}
        asked = {"service_ids": [str(one.service_id) for one in scene.providers]}
        if await self._ask(scene.referrer, "consent", place, agreed, about=made["id"]) is None:
            return None
        return await self._ask(scene.referrer, "offer", place, asked, about=made["id"])

    async def ended(self) -> str | None:
        """A survivor who wants none of it any more; of them nothing is to be left."""
        made = await self._ask(self.scene.referrer, "create", "", {"kinds": ["SITE.SOBER"], "survivor": True})
        if made is None:
            return None
        place = f"/referrals/{made['id']}"
        over = await self._ask(self.scene.referrer, "withdraw", place, {}, about=made["id"])
        return None if over is None else str(over["id"])

    async def _received(self, stands: Mapping[str, Any], mode: str) -> None:
        place = f"/referrals/{stands['id']}"
        receiver = self.scene.provider(
            next(one["service_id"] for one in stands["offers"] if one["id"] == stands["winner"])
        )
        steps: list[tuple[Client, str, dict[str, Any]]] = [
            (receiver, "hand_off", {"person_present": True}), (receiver, "engage", {}),
            (receiver, "close", {"outcome": "served"}),
        ]  # fmt: skip
        if mode == "warm":
            steps = [(self.scene.referrer, "connect", {}), (receiver, "join", {}), *steps]
        for who, act, said in steps:
            if await self._ask(who, act, place, said, about=str(stands["id"])) is None:
                return

    async def _ask(
        self, by: Client, act: str, place: str, said: Mapping[str, Any], *, about: str = ""
    ) -> dict[str, Any] | None:
        path = f"{_ROOT}{place}/{act}" if place else f"{_ROOT}/referrals"
        match self.ways.get(act, "once"):
            case "twice_at_once":
                return await by.twice_at_once(act, path, said, about=about)
            case "twice_in_turn":
                return await by.twice_in_turn(act, path, said, about=about)
            case _:
                return await by.ask(act, path, said, about=about)
