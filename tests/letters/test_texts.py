"""Text messages, through a gateway on this machine that is asked as Twilio is; and the folder where there is none."""

import stat
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.db import Database
from core.letters import Channel, TransportUnusable, transports_from
from core.letters.rules.segments import segments
from core.letters.transports.folder import Folder
from core.letters.transports.gateway import TwilioLike
from core.letters.transports.smtp import Smtp
from core.settings import Settings
from tests.builders import NOON
from tests.letters.builders import LINK, SENDER, Gateway, a_gateway, a_letter, free_port, send, stored

NUMBER = "+13035550199"


def _to(gateway: Gateway, sender: str = NUMBER) -> TwilioLike:
    return TwilioLike.read(f"http://AC1:to%2Fken@127.0.0.1:{gateway.port}", sender=sender)


async def test_a_text_is_posted_as_the_gateway_wants_it(database: Database) -> None:
    letter = await a_letter(database, channel=Channel.text, language="es", agency="Ayuda Ñandú")
    async with a_gateway() as gateway:
        assert await send(database, {Channel.text: _to(gateway)}) == 1
    (form,) = gateway.forms
    assert gateway.paths == ["POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"]
    assert gateway.users == ["AC1:to/ken"]
    assert gateway.tokens == [str(letter)]
    assert form.keys() == {"To", "From", "Body"}
    assert (form["To"], form["From"]) == ("+13035550101", NUMBER)
    assert form["Body"].startswith("Ayuda Ñandu le invita a Doorlight.")
    assert form["Body"].endswith(LINK)
    assert segments(form["Body"]) <= 2
    assert "to/ken" not in repr(_to(gateway))


async def test_a_messaging_service_is_named_as_one(database: Database) -> None:
    await a_letter(database, channel=Channel.text)
    async with a_gateway() as gateway:
        await send(database, {Channel.text: _to(gateway, "MG123")})
    assert gateway.forms[0]["MessagingServiceSid"] == "MG123"


@pytest.mark.parametrize(
    ("says", "failed"),
    [((400, '{"code": 21211, "message": "+13035550101 is no number"}'), "recipient"),
     ((400, '{"code": 21610}'), "recipient"), ((400, '{"code": 21606}'), None), ((400, "[]"), None), ((400, "<"), None),
     ((401, "{}"), None), ((429, "{}"), None), ((503, ""), None), ((302, ""), None)],
)  # fmt: skip
async def test_what_the_gateway_says_decides_whether_it_is_tried_again(
    database: Database, says: tuple[int, str], failed: str | None
) -> None:
    letter = await a_letter(database, channel=Channel.text)
    async with a_gateway() as gateway:
        usual, gateway.says = gateway.says, says
        assert await send(database, {Channel.text: _to(gateway)}) == 0
        assert (await stored(database, letter))["failed"] == failed
        gateway.says = usual
        sent = await send(database, {Channel.text: _to(gateway)}, NOON + timedelta(minutes=1))
    assert sent == (1 if failed is None else 0)


async def test_a_gateway_that_is_not_there_is_tried_again(database: Database) -> None:
    letter = await a_letter(database, channel=Channel.text)
    assert await send(database, {Channel.text: _to(Gateway(port=free_port()))}) == 0
    assert (await stored(database, letter))["failed"] is None


@pytest.mark.parametrize(
    "url", ["http://AC1:hunter2@sms.example.org", "https://sms.example.org", "https://AC1@sms.example.org", "smtp://h"]
)
def test_a_token_goes_over_no_open_line(url: str) -> None:
    with pytest.raises(TransportUnusable) as refused:
        TwilioLike.read(url, sender=NUMBER)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("channel", Channel)
async def test_without_a_server_letters_lie_in_a_folder_for_its_owner_alone(
    database: Database, tmp_path: Path, channel: Channel
) -> None:
    letter = await a_letter(database, channel=channel, agency="Ayuda Ñandú", language="es")
    folder = tmp_path / "home" / "letters"
    ways = transports_from(smtp_url=None, mail_from=SENDER, sms_url=None, sms_from=None, folder=folder)
    assert await send(database, ways) == 1
    (file,) = folder.iterdir()
    assert file.name == f"{letter}.{'eml' if channel is Channel.mail else 'txt'}"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    if channel is Channel.mail:
        mail = message_from_bytes(file.read_bytes(), policy=default)
        assert (mail["To"], mail["Subject"]) == ("ana@example.org", "Ayuda Ñandú le invita a Doorlight")
        assert LINK in mail.get_content()
    else:
        assert file.read_text().startswith("To: +13035550101\n\n")
        assert LINK in file.read_text()


async def test_a_folder_that_cannot_be_written_to_is_tried_again(database: Database, tmp_path: Path) -> None:
    letter = await a_letter(database)
    (tmp_path / "letters").write_text("a file")
    assert await send(database, {Channel.mail: Folder(tmp_path / "letters", SENDER)}) == 0
    assert (await stored(database, letter))["failed"] is None


def test_what_is_set_decides_which_way_letters_go(tmp_path: Path) -> None:
    ways = transports_from(
        smtp_url="smtps://u:p@mail.example.org", mail_from=SENDER, sms_url="https://a:b@sms.example.org",
        sms_from=NUMBER, folder=tmp_path,
    )  # fmt: skip
    assert [type(ways[channel]) for channel in (Channel.mail, Channel.text)] == [Smtp, TwilioLike]


@pytest.mark.parametrize("name", ["DOORLIGHT_SMTP_URL", "DOORLIGHT_SMS_URL"])
def test_whoever_sets_a_server_says_in_whose_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "smtps://me:hunter2@mail.example.org")
    with pytest.raises(ValidationError, match="needs DOORLIGHT_") as refused:
        Settings()
    assert "hunter2" not in str(refused.value)
