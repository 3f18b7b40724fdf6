"""What letters say: the same in every language, whatever names are put in, and short enough where that counts."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.letters import LANGUAGES, Channel, Kind
from core.letters.rules.lines import is_mail_address, is_phone_number
from core.letters.rules.segments import plain, segments
from core.letters.words import subject_and_body, texts
from tests.letters.builders import LINK, PARTS


def test_every_language_has_the_same_texts_with_the_same_parts() -> None:
    def parts(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    english, *others = [texts(language) for language in LANGUAGES]
    for other in others:
        assert list(other) == list(english) == sorted(english)
        assert {key: parts(said) for key, said in other.items()} == {key: parts(said) for key, said in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_texts_in_every_language(kind: Kind, language: str) -> None:
    assert {f"{kind}_subject", f"{kind}_mail", f"{kind}_text"} <= texts(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_says_who_what_where_and_until_when(language: str) -> None:
    subject, body = subject_and_body(Kind.invitation, Channel.mail, language, PARTS)
    assert "Lamplight Responders" in subject
    assert all(PARTS[name] in body for name in ("agency", "role", "link", "until"))
    assert f"\n{LINK}\n" in body
    _, body = subject_and_body(Kind.invitation, Channel.text, language, PARTS)
    assert all(PARTS[name] in body for name in ("agency", "role", "link", "until"))


@given(st.text())
def test_a_name_stays_on_its_line_and_turns_nothing_around(name: str) -> None:
    subject, body = subject_and_body(Kind.invitation, Channel.mail, "en", PARTS | {"agency": name})
    assert len(subject.splitlines()) == 1
    assert body.count("\n") == subject_and_body(Kind.invitation, Channel.mail, "en", PARTS)[1].count("\n")
    assert not set("\u202e\u2066\u200f") & set(body)
    body.encode()


def test_a_name_is_no_template() -> None:
    subject, _ = subject_and_body(Kind.invitation, Channel.mail, "en", PARTS | {"agency": "{link} {0.__class__}"})
    assert subject == "{link} {0.__class__} invites you to Doorlight"


@given(st.text(min_size=1, max_size=400), st.sampled_from(LANGUAGES), st.sampled_from(Kind))
def test_a_text_has_two_segments_at_most_and_its_link_whole(name: str, language: str, kind: Kind) -> None:
    _, body = subject_and_body(kind, Channel.text, language, PARTS | {"agency": name, "organization": name})
    assert segments(body) <= 2
    assert (LINK in body) == (kind is not Kind.offer), "which is answered by a code"
    for uncut in ("until", "code"):
        assert (PARTS[uncut] in body) == (f"{{{uncut}}}" in texts(language)[f"{kind}_text"])


def test_a_name_that_was_cut_says_so() -> None:
    for channel in Channel:
        _, body = subject_and_body(Kind.invitation, channel, "en", PARTS | {"agency": "Lamplight " * 100})
        assert "... invites you" in body
        assert channel is Channel.mail or segments(body) == 2


def test_a_name_keeps_its_script_where_there_is_room_for_it() -> None:
    for link, said in ((LINK, "????? "), ("https://d.example/i/1", "Дверь ")):
        _, body = subject_and_body(Kind.invitation, Channel.text, "en", PARTS | {"agency": "Дверь", "link": link})
        assert body.startswith(said)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("ñ" * 160, 1), ("€" * 80, 1),
     ("€" * 81, 2), ("a" * 152 + "€" + "a" * 153, 3), ("á" * 70, 1), ("á" * 71, 2), ("á" * 134, 2), ("á" * 135, 3),
     ("🚪" * 35, 1), ("🚪" * 36, 2), ("🚪" * 66, 2), ("🚪" * 67, 3)],
)  # fmt: skip
def test_segments_are_counted_as_they_are_paid(text: str, count: int) -> None:
    assert segments(text) == count


def test_an_accent_gives_way_where_it_would_halve_the_message() -> None:
    assert plain("Véalo aquí, “Ana” – ñandú…") == 'Véalo aqui, "Ana" - ñandu...'  # noqa: RUF001
    assert plain("Дверь 门") == "Дверь 门"


@pytest.mark.parametrize(
    "to",
    ["", "ana", "a b@example.org", "ana@example.org\nBcc: all@example.org", "ana@example.org, bob@example.org",
     "Ana <ana@example.org>", "ana@example.org\r", "x" * 250 + "@example.org", "a:b@example.org;", '"a"@example.org'],
)  # fmt: skip
def test_what_is_not_one_address_gets_no_mail(to: str) -> None:
    assert not is_mail_address(to)


@pytest.mark.parametrize("to", ["", "303-555-0101", "13035550101", "+0303", "+1303555010\u0661", "+13035550101\n"])
def test_what_is_not_one_number_gets_no_text(to: str) -> None:
    assert not is_phone_number(to)
