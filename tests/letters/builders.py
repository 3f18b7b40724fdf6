"""Letters by the front door, a mail server and an SMS gateway on this machine, and what became of a letter."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import text

from core import letters
from core.db import Database
from core.letters import Channel, Kind, Opened, Transports
from core.secrets import Keys, Ring
from core.security import PUBLIC, SYSTEM
from tests.access.builders import RING
from tests.builders import NOON

KEYS = Keys(text=RING.written())
SENDER = "Doorlight <doorlight@example.org>"
LINK = "https://doorlight.example.org/invitations/Zm9ydHktdGhyZWUgc2lnbnMgb2YgYSBzZWNyZXQgbGluaw"
PARTS = {
    "agency": "Lamplight Responders", "role": "responder", "link": LINK, "until": "27 November 2026, 12:00",
    "organization": "Harbor House", "code": "0123-4567",
    "when": "20 November 2026, 09:00",
}  # fmt: skip


async def a_letter(
    database: Database, *, to: str | None = None, channel: Channel = Channel.mail, language: str = "en",
    ring: Ring = RING, now: datetime = NOON, **parts: str,
) -> UUID:  # fmt: skip
    to = to or ("ana@example.org" if channel is Channel.mail else "+13035550101")
    async with database.transaction(PUBLIC) as db:
        return await letters.post(
            db, PUBLIC, kind=Kind.invitation, to=to, channel=channel, language=language, parts=PARTS | parts,
            ring=ring, now=now,
        )  # fmt: skip


async def send(database: Database, transports: Transports, now: datetime = NOON, keys: Keys = KEYS) -> int:
    return await letters.send_due(database, keys=keys, transports=transports, now=lambda: now)


async def stored(database: Database, letter: UUID) -> dict[str, Any]:
    async with database.transaction(SYSTEM) as db:
        return dict((await db.execute(text("SELECT * FROM letter WHERE id = :id"), {"id": letter})).mappings().one())


@dataclass
class Sink:
    """A transport that notes what it takes along; `raises` first, one error for each letter."""

    raises: list[Exception] = field(default_factory=list)
    taken: list[Opened] = field(default_factory=list)

    async def send(self, letter: Opened) -> None:
        if self.raises:
            raise self.raises.pop(0)
        self.taken.append(letter)
        await asyncio.sleep(0)


@dataclass
class Box:
    """What a mail server got; `says` answers by verb instead of taking it."""

    port: int = 0
    got: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.says:
            return self.says["DATA"]
        assert isinstance(envelope.content, bytes)
        self.got.append(envelope.content)
        self.to += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(one, EmailMessage, policy=SMTPUTF8) for one in self.got]


@contextmanager
def a_mail_server(**more: Any) -> Iterator[Box]:
    box = Box(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, enable_SMTPUTF8=True, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def opens_with(password: str) -> Any:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password.decode() == password, handled=False)

    return check


@dataclass
class Gateway:
    """What an SMS gateway was asked; `says` is its answer."""

    port: int = 0
    says: tuple[int, str] = (201, '{"sid": "SM1", "status": "queued"}')
    paths: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@asynccontextmanager
async def a_gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = (await reader.readexactly(int(head["content-length"]))).decode()
        gateway.paths.append(first)
        gateway.users.append(base64.b64decode(head["authorization"].removeprefix("Basic ")).decode())
        gateway.tokens.append(head["idempotency-key"])
        gateway.forms.append({name: value for name, (value,) in parse_qs(body).items()})
        status, said = gateway.says
        writer.write(f"HTTP/1.1 {status} So\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n{said}".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    gateway.port = server.sockets[0].getsockname()[1]
    async with server:
        yield gateway


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
