"""What people type finds what they mean: plain words, crude ones, misspelt ones, in English and in Spanish."""

import asyncio

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn, SearchAnswer
from directory.search.words import Words, asked_words, stem_number
from directory.taxonomy import vocabulary
from tests.builders import NOON, a_line, a_site, names, place_of, publish, search

ATTRIBUTES = {"FREE": "yes", "FOOD": "yes", "PETS": "no", "SOBRIETY_REQUIRED": "yes"}


def everyone(answer: SearchAnswer) -> set[str]:
    return {*names(answer.fits), *names(answer.might_fit)}


async def found(database: Database, q: str) -> set[str]:
    return everyone(await search(database, q=q, limit=100))


async def asked(database: Database, q: str, *, few: int = 4_000) -> Words:
    async with database.reading() as reader:
        return await asked_words(reader, q, few=few)


async def one_of_each_kind(database: Database) -> None:
    await publish(database, *(a_line(kind, kinds=(kind,)) for kind in vocabulary("kind").terms))


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        ("drunk tank", "SITE.SOBER"),
        ("sober up", "SITE.SOBER"),
        ("borracho", "SITE.SOBER"),
        ("someone to talk to", "LINE.WARM"),
        ("alguien con quien hablar", "LINE.WARM"),
        ("place to sleep", "SHELTER.ADULT"),
        ("I need a place to sleep", "SHELTER.ADULT"),
        ("donde dormir", "SHELTER.ADULT"),
        ("detox", "SITE.DETOX"),
        ("desintoxicarse", "SITE.DETOX"),
        ("needle exchange", "HARM.SSP"),
        ("intercambio de jeringas", "HARM.SSP"),
        ("NARCAN", "HARM.NALOX"),
        ("battered women", "DV.LINE"),
        ("mujeres golpeadas", "DV.SHELTER"),
        ("suicide", "LINE.988"),
        ("prevencion del suicidio", "LINE.988"),
        ("mental ward", "SITE.INPT"),
        ("manicomio", "SITE.INPT"),
        ("free food", "DAY.DROPIN"),
        ("comida gratis", "DAY.DROPIN"),
        ("eviction", "HOUSING.NAV"),
        ("desalojo", "HOUSING.NAV"),
    ],
)
async def test_plain_words_find_a_kind(database: Database, q: str, kind: str) -> None:
    await one_of_each_kind(database)
    answer = await found(database, q)
    assert kind in answer
    assert len(answer) <= 8, "what everything is called says nothing"


async def test_every_synonym_finds_its_own_kind(database: Database) -> None:
    await one_of_each_kind(database)
    for code, term in vocabulary("kind").terms.items():
        for said in (synonym for language in term.synonyms.values() for synonym in language):
            assert code in await found(database, said), said


async def test_what_a_place_offers_is_found_and_what_it_refuses_or_demands_is_not(database: Database) -> None:
    stated = tuple(AttributeIn(taxonomy="attribute", code=c, answer=a) for c, a in ATTRIBUTES.items())  # type: ignore[arg-type]
    await publish(database, a_site("Mission", kinds=("SHELTER.ADULT",), attributes=stated))
    for q in ("free food", "comida gratis", "hot meal"):
        assert await found(database, q) == {"Mission"}
    for q in ("pet friendly", "perro", "sober"):
        assert await found(database, q) == set()


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("sobreing", "Prairie Sobering Centre"),
        ("sobering cneter", "Prairie Sobering Centre"),
        ("prarie", "Prairie Sobering Centre"),
        ("metadone", "Methadone Clinic"),
        ("methadon clinc", "Methadone Clinic"),
        ("refujio", "Refugio Esperanza"),
        ("esparanza", "Refugio Esperanza"),
        ("violensia domestica", "Refugio Esperanza"),
        ("saint josefs", "Saint Joseph's House"),
        ("st josephs", "St. Joseph's Annex"),
        ("clothing", "Pantry"),
    ],
)
async def test_misspelt_words_find_what_was_meant(database: Database, q: str, name: str) -> None:
    await publish(
        database,
        a_site("Prairie Sobering Centre", description="Rest at our center."),
        a_site("Methadone Clinic", kinds=("SITE.DETOX",)),
        a_line("Refugio Esperanza", kinds=("DV.LINE",), description="Contra la violencia doméstica."),
        a_site("Saint Joseph's House", kinds=("SHELTER.ADULT",)),
        a_site("St. Joseph's Annex", kinds=("SHELTER.ADULT",)),
        a_site("Pantry", kinds=("COMM.MUTUAL",), description="Food/Clothing on St.Mary street"),
    )
    assert name in await found(database, q)


@pytest.mark.parametrize(
    "q", ["Cañon", "canon", "CANON CITY", "autismo", "Autísmo", "violencia domestica", "doméstica"]
)
async def test_accents_are_optional_both_ways(database: Database, q: str) -> None:
    await publish(
        database,
        a_site("Cañon City House", description="Autismo y violencia doméstica"),
        a_site("Canon City Annex", description="Autísmo; violencia domestica"),
        a_site("Elsewhere"),
    )
    assert await found(database, q) == {"Cañon City House", "Canon City Annex"}


@pytest.mark.parametrize("q", ["ped", "bet", "rad", "2112", "989"])
async def test_short_words_and_numbers_have_no_false_friends(database: Database, q: str) -> None:
    await publish(database, a_site("Red bed 2113", description="Beds, 988 and 211", kinds=("SITE.CSU",)))
    assert await found(database, q) == set()


async def test_a_word_that_is_known_stands(database: Database) -> None:
    await publish(database, a_site("House"), a_site("Horse"))
    assert await found(database, "horses") == {"Horse"}


async def test_a_word_like_no_other_finds_nothing(database: Database) -> None:
    await one_of_each_kind(database)
    assert await found(database, "xylophone") == set()
    assert (await asked(database, "xylophone shelter")).rare, "the index over words says at once that there is nothing"


async def test_phrases_exclusions_and_alternatives(database: Database) -> None:
    await publish(
        database,
        a_site("North House", description="quiet room"),
        a_site("South House", description="a room, not quiet"),
        a_site("Barn"),
    )
    assert await found(database, '"quiet room"') == {"North House"}
    assert await found(database, '"quite room"') == set(), "a quotation is taken at its word"
    assert await found(database, "house -north") == {"South House"}
    assert await found(database, "house -nort") == {"North House", "South House"}
    assert await found(database, 'house -"quiet room"') == {"South House"}
    assert await found(database, '-"quiet room"') == {"South House", "Barn"}
    assert await found(database, "house -rooms") == set(), "no row is let through because one language stems otherwise"
    assert await found(database, "north or barn") == {"North House", "Barn"}
    assert await found(database, "-house") == {"Barn"}


@pytest.mark.parametrize("q", ["the", "de la", "🙂", "' ; -- !", "&|!():*"])
async def test_particles_and_signs_ask_for_nothing(database: Database, q: str) -> None:
    await publish(database, a_site("House"))
    assert await asked(database, q) == Words("", "", rare=False)
    assert await found(database, q) == {"House"}


_SCRAPS = ["the", "or", "-", '"', "'", "\\", ":*", "shelter", "sheltr", "½", "e\u0301", "<->", "!", "x" * 60]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_SCRAPS), max_size=30).map(" ".join)))
async def test_whatever_is_typed_becomes_a_query(database: Database, q: str) -> None:
    async with database.reading() as reader:
        words = await asked_words(reader, q)
        await reader.execute("SELECT %s::text::tsquery, nullif(%s, '')::text::query_int", (words.query, words.stems))


_SAID = ["Quiet room for women's rest", "a room, not quiet", "Refugio para mujeres y niños", "resting shelters"]
_ASKED = ["quiet", "room", "rooms", "women", "mujer", "refugio", "rest", "shelter", "shelters", "niño"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from(_ASKED), min_size=1, max_size=4),
    ahead=st.lists(st.sampled_from(["", "-", '"']), min_size=4, max_size=4),
)
async def test_numbers_of_stems_leave_out_nothing_that_the_words_say(
    database: Database, words: list[str], ahead: list[str]
) -> None:
    q = " ".join(f'"{word} room"' if sign == '"' else sign + word for sign, word in zip(ahead, words, strict=False))
    async with database.reading() as reader:
        meant = await asked_words(reader, q)
        told = await reader.execute(
            "SELECT words @@ %s::text::tsquery, doorlight_stems(words) @@ %s::text::query_int"
            " FROM unnest(%s::text[]) AS said, doorlight_words(said) AS words",
            (meant.query, meant.stems, _SAID),
        )
        for by_words, by_numbers in await told.fetchall():
            assert by_numbers or not by_words
            assert by_numbers == by_words or meant.phrases


@pytest.mark.parametrize("stem", ["bed", "niñ", "988", "o'neil", "🙂"])
async def test_a_stem_has_one_number_on_both_sides(database: Database, stem: str) -> None:
    async with database.reading() as reader:
        told = await (await reader.execute("SELECT doorlight_number(%s)", (stem,))).fetchone()
    assert told == (stem_number(stem),)


async def test_few_rows_are_fetched_by_their_words_and_many_are_met_on_the_way(
    database: Database, clone: Cluster
) -> None:
    said = ["Rare orchid", *["Warm meals", None] * 30][:60]
    await publish(database, *(a_site(f"Shelter {n}", description=words) for n, words in enumerate(said)))
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        owner.execute("ANALYZE search_row")
    async with database.transaction() as db:
        assert await directory.count_words(db, SYSTEM, now=NOON) > 0
        assert await directory.count_words(db, SYSTEM, now=NOON) == 0, "nothing has changed since"
    assert not (await asked(database, "shelter", few=40)).rare
    assert not (await asked(database, "sheltr", few=40)).rare
    assert (await asked(database, "meal", few=40)).rare
    assert not (await asked(database, "meal", few=20)).rare
    assert (await asked(database, "orchid shelter", few=20)).rare, "the rarest word decides"
    assert not (await asked(database, "orchid or shelter", few=40)).rare
    assert not (await asked(database, "-orchid", few=40)).rare


async def test_two_writers_of_the_same_new_words_get_both_done(database: Database) -> None:
    said = [" ".join(reversed([f"word{a}{b}" for a in "abcdef" for b in "abcdef"])), "Worda Wordb"]
    await asyncio.gather(*(publish(database, a_site(f"Site {n}", description=said[n % 2])) for n in range(4)))
    assert await found(database, "wordab") == {"Site 0", "Site 2"}


async def test_a_hidden_street_is_no_known_word(database: Database) -> None:
    site = a_site("Safe place", description="Ring at 12 Canary Street, 80202")
    await publish(database, site)
    assert "canari" in (await asked(database, "kanary")).query
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    assert "canari" not in (await asked(database, "kanary")).query
