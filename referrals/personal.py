"""Who a person is stands in one table, sealed; everything else here is codes and ids, and who did what.

The log is never needed for who they were, so that table can be emptied and the log still tells what happened. Of
survivors nothing is kept but codes, and these for two days after the end: `referrals.forget` counts them first. Who
never agreed to anything is forgotten in the very transaction that ends it.
"""

from datetime import timedelta
from typing import LiteralString

from core.personal import Class, Purge, Registry, personal, plain
from core.security import Role

_YEAR = timedelta(days=365)
_KEPT = 3 * _YEAR  # as long as somebody may ask whom their data was disclosed to
_CONDUCT = 6 * _YEAR
_MONTH = timedelta(days=30)
_SECRETS = timedelta(days=7)
_HEARD = timedelta(days=1)  # longer than an old message is taken
# Those who send people and those who receive them; whose person it is, the service asks before it opens anything.
CARES = (
    Role.responder, Role.call_taker, Role.provider_staff, Role.provider_manager, Role.administrator, Role.system,
)  # fmt: skip

LEADS = (Role.provider_manager, Role.administrator, Role.system)

COLUMNS: Registry = {
    **plain(
        "referral",
        "id agency_id key_id made_at status version urgency mode pattern width survivor accountable_agency_id "
        "accountable_service_id winner timer_clock timer_since timer_until stage escalations police_told handoff "
        "missed_by disputed reason due_at ended_at kinds follows",
    ),
    **personal("referral", "made_by on_duty", Class.conduct, _CONDUCT),
    **personal("referral", "age_band languages access refuses latitude longitude", Class.identity, _KEPT),
    **personal("referral", "code_hash", Class.credential, _MONTH),
    **plain("referral_person", "referral_id agency_id survivor"),
    **personal("referral_person", "name birth_date", Class.identity, _KEPT, sealed=True, shown_to=CARES),
    **personal("referral_person", "contact", Class.contact, _KEPT, sealed=True, shown_to=CARES),
    **personal("referral_person", "note", Class.conduct, _KEPT, sealed=True, shown_to=CARES),
    **plain(
        "offer",
        "id referral_id referrer_id service_id agency_id pool_id place round status timer_clock timer_since "
        "timer_until reason made_at position see_by",
    ),
    **personal("offer", "link_hash", Class.credential, _MONTH),
    **personal("offer", "note", Class.conduct, _KEPT, sealed=True, shown_to=LEADS),
    **plain("capacity_pool", "id service_id agency_id unit capacity surge changed_at"),
    **plain("capacity_unit", "pool_id number hold_id until"),
    **plain("capacity_hold", "id referral_id offer_id pool_id status timer_clock timer_since timer_until made_at"),
    **plain(
        "referral_consent",
        "id referral_id agency_id status services fields purpose until how language notice may_contact made_at",
    ),
    **plain(
        "referral_disclosure",
        "id referral_id agency_id consent_id offer_id to_agency_id to_service_id fields basis notice at",
    ),
    **plain("referral_passed_over", "id referral_id agency_id service_id reason at"),
    **plain("police_involvement", "id referral_id agency_id asked_by ground tried told outcome at"),
    **personal("police_involvement", "person_id", Class.conduct, _CONDUCT),
    **plain("mandated_report", "id referral_id agency_id by_agency_id reported_by recipient duty facts told at"),
    **personal("mandated_report", "person_id", Class.conduct, _CONDUCT),
    **plain(
        "referral_event",
        "id referral_id agency_id version of subject_id to_agency_id verb start to by channel key_id "
        "acting_agency_id reason facts once at xid",
    ),
    **personal("referral_event", "person_id", Class.conduct, _CONDUCT),
    **plain("referral_outbox", "event_id"),
    **plain("survivor_count", "agency_id month urgency ended warm many"),
    **plain("agency_clock", "agency_id clock urgency lasts_s"),
    **plain("agency_contact", "id agency_id place supervisor channel language quiet_from quiet_to zone"),
    **personal("agency_contact", "address", Class.contact, _MONTH, sealed=True, shown_to=LEADS),
    **plain("webhook_endpoint", "id agency_id url state why former_until made_at changed_at ended_at"),
    **personal("webhook_endpoint", "secret former", Class.credential, _SECRETS, sealed=True),
    **personal("webhook_endpoint", "made_by", Class.conduct, _CONDUCT),
    **plain("webhook_delivery", "id endpoint_id agency_id event_id tries tries_before due_at sent_at failed status"),
    **plain("offer_text", "offer_id referral_id agency_id language tries made_at letter_id"),
    **personal("offer_text", "number_blind", Class.contact, _MONTH),
    **personal("offer_text", "code_hash", Class.credential, _MONTH),
    **plain("gateway_message", "id at"),
}

_OF: LiteralString = "(SELECT r.ended_at FROM referral AS r WHERE r.id = t.referral_id)"
_MINE: LiteralString = "ARRAY[t.agency_id]"
_WHO: LiteralString = "ARRAY[t.made_by, t.on_duty]"
_MAKER: LiteralString = "ARRAY[t.made_by]"
PURGE = (
    Purge(
        "agency_contact",
        ended="(SELECT a.ended_at FROM agency AS a WHERE a.id = t.agency_id)",
        agencies=_MINE,
    ),
    Purge("referral_person", ended=_OF, agencies=_MINE),
    Purge("referral", ended="t.ended_at", blank={"code_hash": "NULL"}, agencies=_MINE, people=_WHO),
    Purge(
        "referral",
        ended="t.ended_at",
        blank={
            "age_band": "NULL", "languages": "'{}'", "access": "'{}'", "refuses": "'{}'", "latitude": "NULL",
            "longitude": "NULL",
        },
        agencies=_MINE,
        people=_WHO,
    ),
    Purge(
        "referral",
        ended="t.ended_at",
        blank={"made_by": "NULL", "on_duty": "NULL"},
        agencies=_MINE,
        people=_WHO,
    ),
    Purge("offer", ended=_OF, blank={"link_hash": "NULL"}, agencies="ARRAY[t.referrer_id]"),
    Purge("offer", ended=_OF, blank={"note": "NULL"}, agencies="ARRAY[t.referrer_id]"),
    Purge("offer_text", ended=_OF, agencies=_MINE),
    Purge("gateway_message", ended="t.at", keep=_HEARD),
    Purge("referral_event", ended="t.at", blank={"person_id": "NULL"}, agencies=_MINE, people="ARRAY[t.person_id]"),
    Purge("webhook_endpoint", ended="t.former_until", blank={"former": "NULL"}, agencies=_MINE, people=_MAKER),
    Purge(
        "webhook_endpoint",
        ended="t.ended_at",
        blank={"secret": "NULL"},  # nosec B105 # SQL
        agencies=_MINE,
        people=_MAKER,
    ),
    Purge("webhook_endpoint", ended="t.ended_at", blank={"made_by": "NULL"}, agencies=_MINE, people=_MAKER),
    Purge(
        "webhook_delivery",
        ended="coalesce(t.sent_at, CASE WHEN t.failed IS NOT NULL THEN t.due_at END)",
        agencies=_MINE,
        keep=_MONTH,
    ),
    Purge("police_involvement", ended="t.at", blank={"person_id": "NULL"}, agencies=_MINE, people="ARRAY[t.person_id]"),
    Purge(
        "mandated_report",
        ended="t.at",
        blank={"person_id": "NULL"},
        agencies="ARRAY[t.agency_id, t.by_agency_id]",
        people="ARRAY[t.person_id]",
    ),
)  # fmt: skip
