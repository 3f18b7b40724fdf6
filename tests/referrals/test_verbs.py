"""Every arrow that people may speak has its verb by REST and by GraphQL; and there is no verb without an arrow."""

from graphql import GraphQLObjectType

from api.app import create_app
from api.graphql.schema import schema
from core.settings import Settings
from referrals import OF_OFFER, OF_REFERRAL
from referrals.rules.machines import CONSENT, OFFER, REFERRAL, Actor
from referrals.service.acts import ACTS
from referrals.views.said import OfferIn


def _spoken(*machines: object) -> set[str]:
    return {
        verb
        for machine in machines
        for verb, arrow in machine.items()  # type: ignore[attr-defined]
        if arrow.by != {Actor.system}
    }


# `give` and `supersede` of a consent are what `consent` comes down to, which says it once.
OF_REFERRALS = _spoken(REFERRAL) | (_spoken(CONSENT) - {"give", "supersede"})
OF_OFFERS = _spoken(OFFER)


def _paths(root: str) -> set[str]:
    described = create_app(Settings(service_dsn="postgresql://nobody@127.0.0.1:1/none")).openapi()["paths"]
    return {path.rpartition("/")[2] for path, each in described.items() if path.startswith(root) and "post" in each}


def test_the_classes_are_the_arrows_of_people() -> None:
    assert {one.verb for one in OF_REFERRAL} == OF_REFERRALS
    assert {one.verb for one in OF_OFFER} == OF_OFFERS
    assert {*OF_REFERRAL, *OF_OFFER} <= {*ACTS, OfferIn}


def test_rest_has_a_verb_for_each() -> None:
    assert _paths("/api/v1/referrals/{referral_id}/") >= OF_REFERRALS
    assert _paths("/api/v1/offers/{offer_id}/") >= OF_OFFERS


def test_graphql_has_a_verb_for_each() -> None:
    mutations = (schema._schema.mutation_type or GraphQLObjectType("none", {})).fields
    wanted = {f"{_words(verb)}Referral" for verb in OF_REFERRALS} | {f"{_words(verb)}Offer" for verb in OF_OFFERS}
    assert wanted - mutations.keys() == set()


def _words(verb: str) -> str:
    first, *rest = verb.split("_")
    return first + "".join(one.title() for one in rest)
