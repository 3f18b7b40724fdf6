"""Signed tokens of others, and addresses that administrators name: whatever is sent, it is understood or refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.errors import BadAddress, BadKeys
from core.access.rules.addresses import address
from core.access.rules.key_sets import registered, usable
from core.access.rules.signed import Signed, Unproven, moment, read, verify
from tests.access.forging import b64, part

pytestmark = pytest.mark.security

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["alg", "kid", "typ", "iss", "sub", "aud", "exp", "kty", "n", "e", "crv", "x", "y", "use", "d"])
OBJECTS = st.dictionaries(NAMES, JSON | st.sampled_from(["RSA", "EC", "P-384", "AQAB", "RS384", "sig"]), max_size=8)


def _understood(text: str) -> Signed | None:
    try:
        return read(text)
    except Unproven:
        return None


@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    assert _understood(text) is None


@given(OBJECTS, OBJECTS)
def test_what_is_read_is_what_was_said(header: dict[str, object], claims: dict[str, object]) -> None:
    signed = _understood(f"{part(header)}.{part(claims)}.{b64(b'x')}")
    if signed is not None:
        assert (signed.header, signed.claims) == (header, claims)


@given(OBJECTS, OBJECTS)
def test_no_header_and_no_key_make_a_signature_of_nothing_good(
    header: dict[str, object], key: dict[str, object]
) -> None:
    signed = _understood(f"{part(header)}.{part({})}.{b64(b'x' * 96)}")
    if signed is not None:
        with pytest.raises(Unproven):
            verify(signed, key, algorithms=("RS384", "ES384"))


@given(JSON | st.builds(lambda keys: {"keys": keys}, st.lists(OBJECTS | JSON, max_size=3)))
def test_whatever_is_sent_as_keys_is_refused_or_public(said: object) -> None:
    assert all("d" not in key for key in usable(said))
    try:
        kept = registered(said)
    except BadKeys:
        return
    assert all(key.keys() <= {"kty", "kid", "alg", "n", "e", "crv", "x", "y"} for key in kept)
    assert json.dumps(kept)


@given(st.text() | st.from_regex(r"https?://[a-z0-9:@.\[\]/#?\\ -]{0,30}", fullmatch=True))
def test_any_text_is_an_address_over_tls_or_of_this_machine_or_none(text: str) -> None:
    try:
        parts = address(text)
    except BadAddress:
        return
    assert parts.hostname
    assert parts.scheme == "https" or parts.hostname in {"localhost", "::1"} or parts.hostname.startswith("127.")
    assert "@" not in parts.netloc


@pytest.mark.parametrize(
    "text",
    ["", "example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https://a:b@c.org",
     "https://c.org/#x", "https://c.org:0", "https://c.org:99999", "http://example.org", "http://127.0.0.1.example.org",
     "https://c.org\\@d.org", "https://c.org /", "https://c.org/\n", "https://[::1", "http://0.0.0.0", "HTTPS:c.org",
     "https://\u0441.org", "https://c.org/" + "x" * 2_000],
)  # fmt: skip
def test_what_is_no_address_to_ask(text: str) -> None:
    with pytest.raises(BadAddress):
        address(text)


@pytest.mark.parametrize("value", [10**400, -(10**400), True, "1", None])
def test_what_is_no_moment_proves_nothing(value: object) -> None:
    with pytest.raises(Unproven):
        moment({"exp": value}, "exp")
