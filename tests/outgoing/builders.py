"""A server on this machine that answers by TLS for a name, and what its callers are to believe."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "login.agency.test"


@dataclass
class Server:
    """What it was asked; `says` is its answer, the bytes after the first line."""

    trusted: ssl.SSLContext
    says: bytes = b'200 OK\r\nContent-Type: application/json\r\n\r\n{"issuer": "us"}'
    port: int = 0
    names: list[str | None] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


@asynccontextmanager
async def a_server(folder: Path, *, name: str = NAME) -> AsyncIterator[Server]:
    certificate = _certificate(folder, name)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate)
    server = Server(ssl.create_default_context(cafile=str(certificate)))
    ours.sni_callback = lambda _socket, asked, _context: server.names.append(asked)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 " + server.says)
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=ours)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
