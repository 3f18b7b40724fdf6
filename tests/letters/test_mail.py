"""Mail, through a real server on this machine: what arrives, what is refused, and what goes over no open line."""

import ssl
from datetime import UTC, datetime, timedelta
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.db import Database
from core.letters import Channel, Opened, TransportUnusable
from core.letters.errors import Refused, Undelivered
from core.letters.transports.mail import message
from core.letters.transports.smtp import Smtp
from tests.builders import NOON
from tests.letters.builders import LINK, SENDER, Box, a_letter, a_mail_server, free_port, opens_with, send, stored


def _smtp(
    box: Box, user: str = "", query: str = "", scheme: str = "smtp", trusted: ssl.SSLContext | None = None
) -> Smtp:
    return Smtp.read(f"{scheme}://{user}127.0.0.1:{box.port}{query}", sender=SENDER, trusted=trusted)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def test_an_invitation_arrives_as_it_was_written(database: Database) -> None:
    letter = await a_letter(database, agency="Ayuda Ñandú", language="es")
    with a_mail_server() as box:
        assert await send(database, {Channel.mail: _smtp(box)}) == 1
    (mail,) = box.mails
    assert box.to == ["ana@example.org"]
    assert mail["From"] == SENDER
    assert mail["To"] == "ana@example.org"
    assert mail["Subject"] == "Ayuda Ñandú le invita a Doorlight"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "es"
    assert mail["Message-ID"] == f"<{letter}@example.org>"
    assert mail.get_content_type() == "text/plain"
    assert not mail.is_multipart()
    body = mail.get_content()
    assert "Abra esta página" in body
    assert LINK in body.split()
    assert body.count("://") == 1  # and nothing that reports back


async def test_sent_a_second_time_it_is_the_same_mail(database: Database) -> None:
    opened = Opened(uuid4(), Channel.mail, "en", NOON, "ana@example.org", "Hello", "Body\n")
    with a_mail_server() as box:
        for _ in range(2):
            await _smtp(box).send(opened)
    once, again = box.got
    assert once == again


async def test_a_name_adds_no_header_and_no_recipient(database: Database) -> None:
    await a_letter(database, agency="Lamp\r\nBcc: all@example.org\r\n\r\nClick here")
    with a_mail_server() as box:
        assert await send(database, {Channel.mail: _smtp(box)}) == 1
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Lamp Bcc: all@example.org Click here invites you to Doorlight"
    assert box.to == ["ana@example.org"]


@pytest.mark.parametrize("header", ["subject", "to"])
def test_a_header_of_two_lines_is_refused_even_where_nothing_folded_it(header: str) -> None:
    said = {"to": "ana@example.org", "subject": "Hello"} | {header: "ana@example.org\nBcc: all@example.org"}
    opened = Opened(id=uuid4(), channel=Channel.mail, language="en", made_at=NOON, body="Body\n", **said)
    with pytest.raises(ValueError, match=r".+"):
        message(opened, sender=SENDER).as_bytes(policy=SMTP)


async def test_an_address_beyond_ascii_is_written_to(database: Database) -> None:
    await a_letter(database, to="añá@example.org")
    with a_mail_server() as box:
        assert await send(database, {Channel.mail: _smtp(box)}) == 1
    assert box.to == ["añá@example.org"]


@pytest.mark.parametrize(
    ("says", "failed", "why"),
    [({"RCPT": "550 no such user ana@example.org"}, "recipient", "recipient"),
     ({"RCPT": "450 try later"}, None, "recipient_later"),
     ({"DATA": "554 ana@example.org: we want none of it"}, "content", "content"),
     ({"DATA": "451 try later"}, None, "content_later")],
)  # fmt: skip
async def test_what_the_server_says_decides_whether_it_is_tried_again(
    database: Database, says: dict[str, str], failed: str | None, why: str
) -> None:
    letter = await a_letter(database)
    with a_mail_server() as box:
        box.says |= says
        assert await send(database, {Channel.mail: _smtp(box)}) == 0
        opened = Opened(letter, Channel.mail, "en", NOON, "ana@example.org", "Hello", "Body\n")
        with pytest.raises((Refused, Undelivered)) as refused:
            await _smtp(box).send(opened)
        assert refused.value.why == why
        assert "ana@" not in str(refused.value)
        assert refused.value.__cause__ is None
        assert (await stored(database, letter))["failed"] == failed
        box.says.clear()
        sent = await send(database, {Channel.mail: _smtp(box)}, NOON + timedelta(minutes=1))
    assert sent == (1 if failed is None else 0)


async def test_a_server_that_is_not_there_is_tried_again(database: Database) -> None:
    letter = await a_letter(database)
    nowhere = _smtp(Box(port=free_port()))
    assert await send(database, {Channel.mail: nowhere}) == 0
    assert (await stored(database, letter))["failed"] is None
    with a_mail_server() as box:
        assert await send(database, {Channel.mail: _smtp(box)}, NOON + timedelta(minutes=1)) == 1


async def test_starttls_and_a_password(database: Database, certificate: Path) -> None:
    await a_letter(database)
    trusted = ssl.create_default_context(cafile=str(certificate))
    server = {"tls_context": _server_side(certificate), "authenticator": opens_with("p@ss"), "auth_required": True}
    with a_mail_server(**server) as box:
        wrong = _smtp(box, "me:other@", "?starttls=yes", trusted=trusted)
        with pytest.raises(Undelivered) as refused:
            await wrong.send(Opened(uuid4(), Channel.mail, "en", NOON, "ana@example.org", "Hello", "Body\n"))
        assert (refused.value.why, refused.value.outage) == ("sign_in", True)
        right = _smtp(box, "me:p%40ss@", "?starttls=yes", trusted=trusted)
        assert await send(database, {Channel.mail: right}) == 1
    assert box.encrypted == [True]
    assert "p@ss" not in repr(right)


async def test_smtps(database: Database, certificate: Path) -> None:
    await a_letter(database)
    trusted = ssl.create_default_context(cafile=str(certificate))
    with a_mail_server(ssl_context=_server_side(certificate)) as box:
        assert await send(database, {Channel.mail: _smtp(box, scheme="smtps", trusted=trusted)}) == 1
    assert len(box.got) == 1


async def test_no_letter_goes_to_a_server_that_nobody_vouches_for(database: Database, certificate: Path) -> None:
    await a_letter(database)
    with a_mail_server(tls_context=_server_side(certificate)) as box:
        assert await send(database, {Channel.mail: _smtp(box, query="?starttls=yes")}) == 0
    assert box.got == []


async def test_no_letter_goes_to_a_server_that_will_not_encrypt(database: Database) -> None:
    await a_letter(database)
    with a_mail_server() as box:
        assert await send(database, {Channel.mail: _smtp(box, query="?starttls=yes")}) == 0
    assert box.got == []


@pytest.mark.parametrize(
    ("url", "starttls"),
    [("smtp://mail.example.org", True), ("smtp://mail.example.org?starttls=no", False), ("smtp://localhost", False),
     ("smtp://[::1]:2525", False), ("smtps://mail.example.org", False)],
)  # fmt: skip
def test_another_machine_gets_letters_by_starttls_unless_it_is_told_otherwise(url: str, starttls: bool) -> None:
    assert Smtp.read(url, sender=SENDER).starttls is starttls


@pytest.mark.parametrize(
    ("url", "sender"),
    [("https://h.example", SENDER), ("smtp://", SENDER), ("smtp://hunter2@h:x", SENDER), ("", SENDER),
     ("smtps://hunter2@h.example?starttls=yes", SENDER), ("smtp://h.example?starttls=maybe", SENDER),
     ("smtp://hunter2@h.example?other=1", SENDER), ("smtp://h.example", "Doorlight"), ("smtp://h.example", "")],
)  # fmt: skip
def test_settings_of_no_use_are_refused_without_quoting_them(url: str, sender: str) -> None:
    with pytest.raises(TransportUnusable) as refused:
        Smtp.read(url, sender=sender)
    assert "hunter2" not in str(refused.value)
