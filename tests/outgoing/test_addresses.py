"""What is public, for every address there is; and URLs as they are written."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import LOOPBACK, UrlRefused, is_public, networks, target
from tests.outgoing.tricky import WRITTEN

pytestmark = pytest.mark.security

FOURS = st.integers(0, 2**32 - 1).map(IPv4Address)
SIXES = st.integers(0, 2**128 - 1).map(IPv6Address)


@pytest.mark.parametrize("trick", WRITTEN)
def test_a_tricky_url_is_refused_as_it_is_written(trick: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        target(WRITTEN[trick])
    assert WRITTEN[trick] not in refused.value.detail


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://login.example.org/.well-known/openid-configuration", "login.example.org", 443),
        ("https://Login.Example.org:8443/a?b=c%20d", "login.example.org", 8443),
        ("https://xn--bcher-kva.example.com", "xn--bcher-kva.example.com", 443),
        ("https://93.184.215.14/", "93.184.215.14", 443),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
    ],
)
def test_what_is_on_the_open_internet_is_asked(url: str, host: str, port: int) -> None:
    asked = target(url)
    assert (asked.host, asked.port) == (host, port)


@given(st.one_of(FOURS, SIXES))
def test_nothing_is_public_that_the_registries_hold_back(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(FOURS)
def test_no_ipv6_address_that_carries_another_is_public(inside: IPv4Address) -> None:
    number = int(inside)
    for carrying in (
        number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80,
        0x20010000 << 96 | number ^ 0xFFFFFFFF,
    ):  # fmt: skip
        assert not is_public(IPv6Address(carrying))


@given(st.one_of(FOURS, SIXES))
def test_an_address_in_a_url_is_judged_as_itself(address: IPv4Address | IPv6Address) -> None:
    url = f"https://{address}/" if address.version == 4 else f"https://[{address}]/"
    if is_public(address):
        assert target(url).address == address
    else:
        with pytest.raises(UrlRefused):
            target(url)


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_is_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org{text}"):
        try:
            asked = target(url)
        except UrlRefused:
            continue
        assert asked.scheme == "https"
        assert asked.port in {443, 8443}
        assert "." in asked.host or asked.address is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://localhost:3000/a", "https://127.0.0.1:9443/"])
def test_this_machine_is_asked_where_it_was_named(url: str) -> None:
    assert target(url, also=LOOPBACK).host in {"127.0.0.1", "localhost"}
    with pytest.raises(UrlRefused):
        target(url)


@pytest.mark.parametrize("url", ["http://10.20.0.1/", "https://10.21.0.1/", "https://[::ffff:10.20.0.1]/"])
def test_a_named_network_is_no_more_than_that(url: str) -> None:
    also = networks("10.20.0.0/16, ::1")
    assert target("https://10.20.0.1:9000/", also=also).port == 9000
    with pytest.raises(UrlRefused):
        target(url, also=also)
