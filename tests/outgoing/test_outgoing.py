"""Requests that leave us, to real servers on this machine: they go to the address that was looked at, or nowhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.access.errors import ProviderUnreachable
from core.access.outgoing import ToProviders
from core.addresses import LOOPBACK
from core.outgoing import NotReached, Outgoing, Resolve, UrlRefused
from tests.conftest import Counted
from tests.outgoing.builders import NAME, Server, a_server
from tests.outgoing.tricky import RESOLVED, WRITTEN

pytestmark = pytest.mark.security


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with a_server(tmp_path) as running:
        yield running


def saying(*answers: list[str]) -> tuple[Resolve, list[str]]:
    """A resolver that says one after the other, the last for ever; and whom it was asked for."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


def way(server: Server, *answers: list[str], total_s: float = 5, largest: int = 10_000) -> Outgoing:
    resolve, _ = saying(*answers or (["127.0.0.1"],))
    return Outgoing(also=LOOPBACK, trusted=server.trusted, resolve=resolve, total_s=total_s, largest=largest)


@pytest.mark.parametrize("trick", RESOLVED)
async def test_a_name_that_leads_inside_is_refused(trick: str) -> None:
    url, addresses = RESOLVED[trick]
    resolve, asked = saying(addresses)
    with pytest.raises(UrlRefused):
        await Outgoing(resolve=resolve).ask("GET", url)
    assert len(asked) == 1


async def test_all_tricky_urls_are_refused_before_anything_is_asked(counted: Counted) -> None:
    asked: list[str] = []
    refused = 0
    for url, addresses in ((url, ["93.184.215.14"]) for url in WRITTEN.values()):
        resolve, asked = saying(addresses)
        with pytest.raises(UrlRefused):
            await Outgoing(resolve=resolve).ask("GET", url)
        assert asked == []
        refused += 1
    for url, addresses in RESOLVED.values():
        with pytest.raises(UrlRefused):
            await Outgoing(resolve=saying(addresses)[0]).ask("GET", url)
        refused += 1
    counted("tricky URLs refused", refused)
    assert refused >= 60


async def test_the_name_is_told_and_its_certificate_looked_at(server: Server) -> None:
    answer = await way(server).ask("GET", f"https://{NAME}:{server.port}/.well-known/a")
    assert answer.json() == {"issuer": "us"}
    assert server.names == [NAME]
    (head,) = server.heads
    assert head.startswith("GET /.well-known/a HTTP/1.1\r\n")
    assert f"host: {NAME}:{server.port}\r\n" in head.lower()


async def test_another_names_certificate_is_not_believed(server: Server) -> None:
    with pytest.raises(NotReached):
        await way(server).ask("GET", f"https://other.agency.test:{server.port}/")
    assert server.heads == []


async def test_a_name_that_changes_its_mind_leads_nowhere_else(server: Server) -> None:
    resolve, asked = saying(["127.0.0.1"], ["10.0.0.1"])
    rebinding = Outgoing(also=LOOPBACK, trusted=server.trusted, resolve=resolve, total_s=5)
    await rebinding.ask("GET", f"https://{NAME}:{server.port}/")
    assert asked == [NAME]  # once: what was looked at is what was connected to
    with pytest.raises(UrlRefused):
        await rebinding.ask("GET", f"https://{NAME}:{server.port}/")


async def test_the_second_address_is_asked_where_the_first_is_silent(server: Server) -> None:
    answer = await way(server, ["127.0.0.9", "127.0.0.1"]).ask("GET", f"https://{NAME}:{server.port}/")
    assert answer.status == 200


@pytest.mark.parametrize("to", ["http://169.254.169.254/", "https://127.0.0.1/", "//10.0.0.1/"])
async def test_a_redirect_is_not_followed(server: Server, to: str) -> None:
    server.says = f"302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    answer = await way(server).post_form(f"https://{NAME}:{server.port}/token", {"grant_type": "x"})
    assert answer.status == 302
    assert len(server.heads) == 1
    with pytest.raises(ProviderUnreachable):
        await ToProviders(way(server)).get_json(f"https://{NAME}:{server.port}/")


async def test_an_answer_that_is_too_long_is_given_up(server: Server) -> None:
    server.says = b"200 OK\r\n\r\n" + b"[" * 10_001
    with pytest.raises(NotReached, match="too long"):
        await way(server).ask("GET", f"https://{NAME}:{server.port}/")


async def test_an_answer_that_is_packed_is_given_up(server: Server) -> None:
    server.says = b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    with pytest.raises(NotReached, match="packed"):
        await way(server).ask("GET", f"https://{NAME}:{server.port}/")


async def test_whoever_answers_too_slowly_is_given_up(server: Server) -> None:
    server.says = b"200 OK\r\nContent-Length: 100\r\n\r\n{"
    closing = way(server, total_s=0.3)
    with pytest.raises(NotReached):
        await closing.ask("GET", f"https://{NAME}:{server.port}/")


@pytest.mark.parametrize("said", [b"<html>", b'{"a"'])
async def test_what_is_no_json_is_said_so(server: Server, said: bytes) -> None:
    server.says = b"200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said
    answer = await way(server).ask("GET", f"https://{NAME}:{server.port}/")
    with pytest.raises(NotReached, match="JSON"):
        answer.json()


async def test_no_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert (await way(server).ask("GET", f"https://{NAME}:{server.port}/")).status == 200
