"""Receivers that behave in every way that receivers do, and say afterwards what reached them."""

import pytest
from httpx import AsyncClient, RemoteProtocolError

from tests.faults import receivers as ours
from tests.faults.receivers import Manner, Receiver, receivers
from tests.faults.state import Told


async def tell(client: AsyncClient, receiver: Receiver, webhook: str) -> int:
    body = {"type": "referral.matched", "data": {"referral_id": "r1", "version": 3}}
    return (await client.post(receiver.url, json=body, headers={"webhook-id": webhook})).status_code


@pytest.mark.parametrize(
    ("manner", "answers", "taken"),
    [(Manner.well, [204, 204], [True, True]), (Manner.slow, [204, 204], [True, True]),
     (Manner.failing, [503, 503], [False, False]), (Manner.gone, [410, 410], [False, False]),
     (Manner.late, [503, 204], [False, True]), (Manner.cutting, [0, 204], [True, True])],
)  # fmt: skip
async def test_it_answers_in_its_manner_and_says_what_it_heard(
    monkeypatch: pytest.MonkeyPatch, manner: Manner, answers: list[int], taken: list[bool]
) -> None:
    monkeypatch.setattr(ours, "SLOW_S", 0.01)
    async with receivers("far", "near") as (far, near), AsyncClient(trust_env=False) as client:
        far.manner = manner
        for answer in answers:
            if answer:
                assert await tell(client, far, "w1") == answer
            else:
                with pytest.raises(RemoteProtocolError):
                    await tell(client, far, "w1")
    assert far.told() == [Told("far", "w1", "r1", 3, taken=one) for one in taken]
    assert near.heard == []
