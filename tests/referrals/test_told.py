"""Who the person is, whoever has them is told, as far as they agreed, and nobody else; and that it was is written."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller
from referrals.errors import BadReferral, NoConsent, NoSuchReferral, TooLate
from referrals.rows.codec import event_read
from referrals.rows.load import looked_at
from referrals.rules.case import Purpose, replayed
from referrals.rules.machines import Offer, Referral
from referrals.rules.reasons import Declined
from referrals.views import said
from referrals.words import LANGUAGES, NOTICE, notices
from tests.access.builders import RING
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_provider, a_responder, agreed, answers, created, says

PERSON = {"name": "Alex Doe", "birth_date": "1991-02-03", "contact": "555-0100", "note": "Has a dog"}


async def _whole(database: Database, caller: Caller, made: referrals.StepView) -> referrals.ReferralWhole:
    async with database.transaction(caller) as db:
        return await referrals.referral(db, caller, referral_id=made.id, ring=RING)


async def test_before_acceptance_a_receiver_sees_the_need_and_not_who_it_is(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, person=PERSON, age_band="adult", languages=["es"])
    await says(database, rosa, made.id, agreed("name", "contact"))
    await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    async with database.transaction(house.staff) as db:
        (waiting,) = await referrals.inbox(db, house.staff)
    assert (waiting.kinds, waiting.age_band, waiting.languages) == (["SITE.SOBER"], "adult", ["es"])
    whole = await _whole(database, house.staff, made)
    assert whole.person is None
    assert not any(word in whole.model_dump_json() for word in PERSON.values())


async def test_who_has_them_is_told_what_they_agreed_to_and_that_is_written_down(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, agreed("name", "note"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    for _ in range(2):
        whole = await _whole(database, house.staff, made)
    assert whole.person is not None
    assert (whole.person.name, whole.person.note, whole.person.contact) == ("Alex Doe", "Has a dog", None)
    (told,) = (await _whole(database, rosa, made)).disclosures
    assert (told.fields, told.basis, told.to_service_id) == (["name", "note"], "consent", house.service_id)


async def test_with_what_is_told_goes_what_for_until_when_and_the_notice(database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        rosa, house = await a_responder(database), await a_provider(database, "House")
        made = await created(database, rosa, person=PERSON)
        await says(database, rosa, made.id, agreed("name", "contact", purpose="treatment", lasts_days=7))
        stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
        await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
        theirs, ours = [(await _whole(database, one, made)) for one in (house.staff, rosa)]
    assert theirs.person is not None
    assert ours.person is not None
    given = theirs.person.given
    assert given is not None
    assert (given.how, given.purpose, given.fields) == ("written", "treatment", ["contact", "name"])
    assert given.until == NOON + timedelta(days=7)
    assert {one.language: one.text for one in given.notice_texts} == notices(given.notice)
    assert ours.person.given is None, "whoever refers was told by the person"
    assert [one.purpose for one in ours.consents] == ["treatment"]
    assert [one.notice for one in ours.disclosures] == [given.notice] == [NOTICE]


@pytest.mark.parametrize("purpose", Purpose)
async def test_what_for_is_made_again_from_the_log(database: Database, purpose: Purpose) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed("name", purpose=purpose))
    async with database.transaction(SYSTEM) as db:
        held = await looked_at(db, made.id)
        asked = text("SELECT * FROM referral_event WHERE referral_id = :id ORDER BY version")
        again = replayed(event_read(dict(one)) for one in (await db.execute(asked, {"id": made.id})).mappings())
    assert again == held.case
    assert [one.purpose for one in held.case.consents.values()] == [purpose]


async def test_what_is_taken_back_is_told_no_more(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, agreed("name"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    await says(database, rosa, made.id, said.RevokeIn())
    assert (await _whole(database, house.staff, made)).person is None


async def test_who_is_asked_is_asked_no_more_when_the_word_is_taken_back(database: Database) -> None:
    rosa = await a_responder(database)
    first, second = [await a_provider(database, name) for name in ("First", "Second")]
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed())
    both = said.OfferIn(service_ids=[first.service_id, second.service_id])
    stands = await says(database, rosa, made.id, both)
    after = await says(database, rosa, made.id, said.RevokeIn())
    assert {one.status for one in after.offers} == {Offer.withdrawn}
    with pytest.raises(TooLate):
        await answers(database, first.staff, stands.offers[0].id, said.AcceptIn())
    with pytest.raises(NoConsent):
        await says(database, rosa, made.id, both)


async def test_who_declined_sees_them_no_more(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, agreed("name"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.DeclineIn(reason=Declined.age))
    with pytest.raises(NoSuchReferral):
        await _whole(database, house.staff, made)


async def test_the_person_ends_it_through_anybody_in_it_at_any_moment(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House", places=1)
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    ended = await says(database, house.staff, made.id, said.WithdrawIn())
    assert ended.status is Referral.withdrawn
    assert ended.offers[0].status is Offer.released


async def test_nobody_agrees_without_having_been_told_about_police(database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    with pytest.raises(BadReferral, match="police"):
        await says(database, rosa, made.id, said.ConsentIn(how=said.How.verbal, police_told=False))


async def test_what_is_said_without_a_name_lets_none_be_told(database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    with pytest.raises(BadReferral, match="without a name"):
        await says(database, rosa, made.id, agreed("name", how="anonymous"))


async def test_who_they_are_is_told_where_they_signed_and_only_there(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa, person=PERSON)
    for one in said.Told:
        with pytest.raises(BadReferral, match="have them sign, or take fewer fields"):
            await says(database, rosa, made.id, agreed(one, how="verbal"))
    await says(database, rosa, made.id, agreed("name", how="written"))
    with psycopg.connect(clone.admin_dsn) as admin, pytest.raises(psycopg.errors.CheckViolation):
        admin.execute("UPDATE referral_consent SET how = 'verbal'")
    await says(database, rosa, made.id, said.RevokeIn())


async def test_what_fits_is_asked_by_word_of_mouth(database: Database) -> None:
    rosa = await a_responder(database)
    for how in said.How:
        made = await created(database, rosa)
        assert (await says(database, rosa, made.id, agreed(how=how))).status is Referral.ready


async def test_of_a_survivor_nothing_is_taken_that_says_who_they_are(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with pytest.raises(BadReferral, match="survivor"):
        await created(database, rosa, survivor=True, person=PERSON)
    made = await created(database, rosa, survivor=True, latitude=39.7392, longitude=-104.9848)
    shown = await _whole(database, rosa, made)
    assert (shown.latitude, shown.longitude, shown.person) == (39.7, -105.0, None)
    with psycopg.connect(clone.admin_dsn) as admin, pytest.raises(psycopg.errors.IntegrityError):
        admin.execute(
            "INSERT INTO referral_person (referral_id, agency_id, survivor) SELECT id, agency_id, false FROM referral"
        )


async def test_by_phone_who_refers_enters_what_the_receiver_said(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    taken = await answers(database, rosa, stands.offers[0].id, said.AcceptIn(by_phone=True))
    assert taken.status is Referral.matched
    last = [one for one in (await _whole(database, rosa, made)).history if one.verb == "accept"]
    assert [(one.by, one.channel) for one in last] == [("receiver", "phone")]


def test_the_notice_is_there_in_every_language_and_every_version_is_kept() -> None:
    assert notices(NOTICE).keys() == set(LANGUAGES)
    assert len(set(notices(NOTICE).values())) == len(LANGUAGES)
    assert "for that purpose alone" in notices("2026-11")["en"], "a new text is a new version, and this one stays"
    assert notices("of another house") == notices(NOTICE)
