"""Two agencies with a row of everything, put there by straight SQL; and somebody of each role, who acts for the one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.security import GIVEN, PUBLIC, SYSTEM, Caller
from tests.builders import NOON

THE_PUBLIC, MACHINE = "public", "machine"
_THIRD = "INSERT INTO agency (id, name, roles, made_at) VALUES (:third, 'A third', '{}', :now)"
_ROWS = """
INSERT INTO agency (id, name, roles, made_at) VALUES (:agency, 'An agency', '{}', :now);
INSERT INTO person (id, name, email, email_blind, made_at) VALUES (:person, '', '', :blind, :now);
INSERT INTO person (id, name, email, email_blind, made_at) VALUES (:newcomer, '', '', :blind || '2', :now);
INSERT INTO membership (id, agency_id, person_id, role, made_at)
    VALUES (:membership, :agency, :person, 'responder', :now);
INSERT INTO local_account (person_id, password_hash, recovery_hashes, failed) VALUES (:person, '', '{}', 0);
INSERT INTO sign_in (id, person_id, token_hash, shared, made_at, seen_at, ends_at)
    VALUES (:sign_in, :person, :blind, false, :now, :now, :later);
INSERT INTO invitation (id, agency_id, role, email, email_blind, token_hash, made_at, ends_at)
    VALUES (:invitation, :agency, 'responder', '', '', :blind, :now, :later);
INSERT INTO api_key (id, agency_id, name, secret_hash, scopes, made_at, ends_at)
    VALUES (:api_key, :agency, 'A key', '', '{}', :now, :later);
INSERT INTO client (id, agency_id, name, scopes, made_at, ends_at) VALUES (:client, :agency, 'C', '{}', :now, :later);
INSERT INTO client_key (id, client_id, agency_id, kid, jwk, made_at)
    VALUES (:client_key, :client, :agency, '1', '{}', :now);
INSERT INTO assertion_seen (client_id, jti_hash, ends_at) VALUES (:client, :blind, :later);
INSERT INTO access_token (token_hash, client_id, scopes, made_at, ends_at)
    VALUES (:blind, :client, '{}', :now, :later);
INSERT INTO identity_provider (id, agency_id, issuer, client_id, domains, made_at)
    VALUES (:provider, :agency, 'https://login.example.org', 'doorlight', '{}', :now);
INSERT INTO linked_identity (id, provider_id, agency_id, person_id, subject_blind, made_at)
    VALUES (:linked, :provider, :agency, :person, :blind, :now);
INSERT INTO oidc_flow (id, provider_id, state_hash, browser_hash, secrets, shared, made_at, ends_at)
    VALUES (:flow, :provider, :blind, '', '', false, :now, :later);
INSERT INTO legal_hold (id, agency_id, reason, made_by, made_at) VALUES (:hold, :agency, '', :person, :now);
INSERT INTO legal_hold (id, agency_id, reason, made_at) VALUES (:system_hold, :agency, '', :now);
INSERT INTO letter (id, channel, kind, language, made_at, due_at, tries)
    VALUES (:letter, 'mail', 'claim', 'en', :now, :later, 0);
INSERT INTO audit_entry (at, act, "table", columns, person_id, agency_id)
    VALUES (:now, 'read', 'person', '{}', :person, :agency);
INSERT INTO kept_reply (id, scope, key_hash, request, reply, made_at, ends_at)
    VALUES (:reply, :blind, '', '', '', :now, :later);
INSERT INTO organization (id, changed_at, name, description, invented) VALUES (:organization, :now, 'A', '', false);
INSERT INTO organization (id, changed_at, name, description, invented) VALUES (:wanted, :now, 'B', '', false);
INSERT INTO organization (id, changed_at, name, description, invented) VALUES (:free, :now, 'C', '', false);
INSERT INTO service (id, changed_at, organization_id, name, status, source_urls)
    VALUES (:service, :now, :organization, 'S', 'active', '{}');
INSERT INTO claim (id, organization_id, agency_id, way, state, tries, asked_at)
    VALUES (:proven, :organization, :agency, 'steward', 'proven', 0, :now);
INSERT INTO claim (id, organization_id, agency_id, way, state, tries, asked_at)
    VALUES (:claim, :wanted, :agency, 'mail', 'asked', 0, :now);
INSERT INTO edit (id, act, root, root_id, organization_id, person_id, agency_id, at)
    VALUES (:edit, 'correct_service', 'service', :service, :organization, :person, :agency, :now);
INSERT INTO edit_field (edit_id, "table", row_id, field, before, after, forgotten)
    VALUES (:edit, 'service', :service, 'name', '"R"', '"S"', false);
INSERT INTO police_fall (id, service_id, organization_id, act, level_from, level_to, source, state, proposed_by,
    proposed_for, proposed_at)
    VALUES (:fall, :service, :organization, 'disclose_service', 'P4', 'P1', 'https://example.org', 'proposed', :person,
    :agency, :now);
INSERT INTO correction (id, organization_id, field, says, state, asked_by, asked_at)
    VALUES (:correction, :organization, 'name', 'D', 'proposed', :person, :now);
INSERT INTO break_glass (id, person_id, agency_id, target_id, reason, made_at, ends_at, told_at)
    VALUES (:glass, :person, :agency, :third, 'Nobody answers there', :now, :later, :now);
INSERT INTO capacity_pool (id, service_id, agency_id, unit, capacity, surge, changed_at)
    VALUES (:pool, :service, :agency, 'bed', 1, 0, :now);
INSERT INTO referral (id, agency_id, made_at, status, version, urgency, mode, pattern, width, survivor,
    accountable_agency_id, on_duty, stage, escalations, police_told, disputed, kinds, languages, access, refuses)
    VALUES (:referral, :agency, :now, 'offering', 1, 'urgent', 'warm', 'cascade', 1, false, :agency, :person, 'armed',
    0, true, false, '{}', '{}', '{}', '{}');
INSERT INTO referral_person (referral_id, agency_id, survivor, name) VALUES (:referral, :agency, false, '');
INSERT INTO offer (id, referral_id, referrer_id, service_id, agency_id, place, round, status, made_at)
    VALUES (:offer, :referral, :agency, :service, :agency, 1, 1, 'accepted', :now);
INSERT INTO capacity_hold (id, referral_id, offer_id, pool_id, status, made_at)
    VALUES (:set_aside, :referral, :offer, :pool, 'confirmed', :now);
INSERT INTO capacity_unit (pool_id, number, hold_id) VALUES (:pool, 1, :set_aside);
INSERT INTO referral_consent (id, referral_id, agency_id, status, services, fields, purpose, how, language, notice,
    may_contact, made_at)
    VALUES (:consent, :referral, :agency, 'active', '{}', '{}', 'handoff', 'written', 'en', '1', false, :now);
INSERT INTO referral_disclosure (id, referral_id, agency_id, consent_id, offer_id, to_service_id, fields, basis, notice,
    at) VALUES (:told, :referral, :agency, :consent, :offer, :service, '{}', 'consent', '1', :now);
INSERT INTO referral_passed_over (referral_id, agency_id, service_id, reason, at)
    VALUES (:referral, :agency, :service, 'full', :now);
INSERT INTO police_involvement (id, referral_id, agency_id, asked_by, ground, tried, told, at)
    VALUES (:police, :referral, :agency, 'referrer', 'medical', '{}', 'yes', :now);
INSERT INTO mandated_report (id, referral_id, agency_id, by_agency_id, reported_by, recipient, duty, facts, told, at)
    VALUES (:reported, :referral, :agency, :agency, 'referrer', 'adult_protection', 'injury', '{age}', 'yes', :now);
INSERT INTO referral_event (referral_id, agency_id, version, of, subject_id, verb, "to", by, channel, facts, at)
    VALUES (:referral, :agency, 1, 'referral', :referral, 'create', 'draft', 'referrer', 'account', '{}', :now);
INSERT INTO agency_clock (agency_id, clock, urgency, lasts_s) VALUES (:agency, 'answer', 'urgent', 600);
INSERT INTO agency_contact (id, agency_id, place, supervisor, channel, address, language)
    VALUES (:reached, :agency, 1, false, 'mail', '', 'en');
INSERT INTO survivor_count (agency_id, month, urgency, ended, warm, many)
    VALUES (:agency, '2026-11-01', 'urgent', 'closed served', true, 12);
INSERT INTO referral_outbox (event_id) SELECT id FROM referral_event WHERE referral_id = :referral;
INSERT INTO webhook_endpoint (id, agency_id, url, state, secret, made_by, made_at, changed_at)
    VALUES (:webhook, :agency, 'https://dispatch.example.org/hooks', 'on', '', :person, :now, :now);
INSERT INTO webhook_delivery (id, endpoint_id, agency_id, event_id, tries, tries_before, due_at)
    SELECT gen_random_uuid(), :webhook, :agency, id, 0, 0, :now FROM referral_event WHERE referral_id = :referral
    ON CONFLICT DO NOTHING;
INSERT INTO offer_text (offer_id, referral_id, agency_id, language, tries, made_at)
    VALUES (:offer, :referral, :agency, 'en', 0, :now);
INSERT INTO gateway_message (id, at) VALUES (:heard, :now)
"""
_NAMES = (
    *("agency", "person", "membership", "sign_in", "invitation", "api_key", "client", "client_key", "provider"),
    *("linked", "flow", "hold", "system_hold", "letter", "reply", "organization", "wanted", "free", "service"),
    *("pool", "referral", "offer", "set_aside", "consent", "told", "police", "reported", "reached", "heard"),
    *("proven", "claim", "edit", "fall", "correction", "glass", "webhook", "third", "new", "newcomer"),
)


@dataclass(frozen=True)
class Rows:
    """The ids of every row, by whose it is; and who acts: somebody of each role, who has no row of their own."""

    ids: Mapping[str, Mapping[str, Any]]
    callers: Mapping[str, Caller]

    def named(self, whose: str, caller: Caller) -> dict[str, Any]:
        """What a statement about rows of that agency can name: they, whoever asks, and what is the other agency's."""
        other = self.ids["foreign" if whose == "own" else "own"]
        return {
            **self.ids[whose], "me": caller.id, "key": caller.key_id, "mine": caller.agency_id,
            "other": other["agency"], "other_client": other["client"], "other_person": other["person"],
        }  # fmt: skip


async def two_agencies(database: Database) -> Rows:
    ids: dict[str, dict[str, Any]] = {}
    for whose in ("own", "foreign"):
        made: dict[str, Any] = {name: uuid4() for name in _NAMES}
        ids[whose] = made | {"blind": made["person"].bytes, "now": NOON, "later": NOON.replace(minute=30)}
    async with database.transaction(SYSTEM) as db:
        for mine in ids.values():
            await run(db, _THIRD, mine)
            await run(db, _ROWS, mine)
    return Rows(ids, _callers(ids["own"]["agency"]))


def _callers(agency: UUID) -> dict[str, Caller]:
    people = {str(role): Caller(id=uuid4(), agency_id=agency, roles=frozenset({role})) for role in GIVEN}
    return {**people, THE_PUBLIC: PUBLIC, MACHINE: Caller(agency_id=agency, key_id=uuid4())}


async def run(db: AsyncSession, statements: str, values: Mapping[str, Any]) -> int:
    """One after the other; how many rows the last of them touched."""
    touched = 0
    for statement in statements.split(";\n"):
        touched = cast("CursorResult[Any]", await db.execute(text(statement), values)).rowcount
    return touched
