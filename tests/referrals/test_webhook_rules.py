"""How a webhook is signed and put into words, and when it is tried again."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from uuid import UUID

import pytest

from referrals.rules.webhooks import WAITS, Told, envelope, headers, key_of, secret_text, signature, wait
from tests.builders import NOON

# The example of the specification, and one worked out step by step beneath.
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_TOLD = Told(7, UUID(int=1), 3, "referral", "accept", "matched", NOON)


def test_the_example_of_standard_webhooks_is_signed_as_it_says() -> None:
    signed = signature(_SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_is_over_id_time_and_body_with_dots_between() -> None:
    key = bytes(range(32))
    by_hand = hmac.new(key, b"evt_1.1700000000.{}", hashlib.sha256).digest()
    assert signature(secret_text(key), "evt_1", 1_700_000_000, b"{}") == "v1," + base64.b64encode(by_hand).decode()


def test_during_a_rotation_both_secrets_sign() -> None:
    other = secret_text(b"k" * 32)
    sent = headers([other, _SECRET], _TOLD, NOON, b"{}")
    at = int(NOON.timestamp())
    assert sent["webhook-signature"].split() == [signature(one, "evt_7", at, b"{}") for one in (other, _SECRET)]
    assert sent["webhook-timestamp"] == str(at)


def test_a_secret_is_base64_behind_its_prefix() -> None:
    assert key_of(secret_text(b"k" * 32)) == b"k" * 32
    for wrong in ("whsec_***", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"):
        with pytest.raises(ValueError, match="a secret"):
            key_of(wrong)


def test_the_envelope_is_cloudevents_and_says_nothing_of_a_person() -> None:
    assert json.loads(envelope(_TOLD, "https://doorlight.example.org")) == {
        "specversion": "1.0", "id": "evt_7", "source": "https://doorlight.example.org/api/v1/referrals",
        "type": "org.doorlight.referral.accept", "subject": str(UUID(int=1)), "time": NOON.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "referral_id": str(UUID(int=1)), "version": 3, "of": "referral", "verb": "accept", "status": "matched",
        },
    }  # fmt: skip


def test_it_is_tried_ten_times_within_days_and_then_given_up() -> None:
    waits = [wait(tries, 0.5) for tries in range(1, 11)]
    assert waits == [*WAITS[1:], None]
    assert sum(WAITS, timedelta(0)) > timedelta(days=3)


def test_no_two_wait_alike_and_none_much_longer_or_shorter() -> None:
    hour = WAITS[5]
    assert wait(5, 0.0) == hour * 0.8
    assert wait(5, 1.0) == hour * 1.2
