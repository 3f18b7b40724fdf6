"""What of these tables is person data, how long it is kept after the account has ended, and how it goes then."""

from datetime import timedelta
from typing import LiteralString

from core.personal import Class, Purge, Registry, personal, plain
from core.security import Role

_YEAR = timedelta(days=365)
_AUDIT = 6 * _YEAR
# Of one's own agency; of another's, behind broken glass, stewards too.
_WHO_LEADS = (Role.administrator, Role.provider_manager, Role.steward, Role.system)
_WHO_RUNS = (Role.administrator, Role.system)

COLUMNS: Registry = {
    **plain("agency", "id name organization_id roles made_at ended_at"),
    **plain("person", "id made_at ended_at"),
    **personal("person", "name", Class.identity, _YEAR, sealed=True, shown_to=_WHO_LEADS),
    **personal("person", "email", Class.contact, _YEAR, sealed=True, shown_to=_WHO_LEADS),
    **personal("person", "email_blind", Class.contact, _YEAR),
    **plain("membership", "id agency_id role made_at ended_at"),
    **personal("membership", "person_id", Class.conduct, _AUDIT),
    **plain("local_account", "person_id totp_since totp_step failed shut_until"),
    **personal("local_account", "password_hash recovery_hashes", Class.credential, timedelta(0)),
    **personal("local_account", "totp", Class.credential, timedelta(0), sealed=True),
    **plain("sign_in", "id agency_id shared provider_id ends_at"),
    **personal("sign_in", "person_id made_at seen_at ended_at", Class.conduct, timedelta(days=30)),
    **personal("sign_in", "token_hash", Class.credential, timedelta(days=30)),
    **plain("invitation", "id agency_id role made_at ends_at used_at"),
    **personal("invitation", "email", Class.contact, timedelta(days=30), sealed=True),
    **personal("invitation", "email_blind made_by", Class.contact, timedelta(days=30)),
    **personal("invitation", "token_hash", Class.credential, timedelta(days=30)),
    **plain("api_key", "id agency_id name scopes made_at ends_at used_at ended_at replaces"),
    **personal("api_key", "secret_hash", Class.credential, timedelta(days=30)),
    **personal("api_key", "made_by", Class.conduct, _AUDIT),
    **plain("client", "id agency_id name scopes jwks_uri made_at ends_at used_at ended_at"),
    **personal("client", "made_by", Class.conduct, _AUDIT),
    **plain("client_key", "id client_id agency_id kid jwk made_at ends_at"),
    **plain("assertion_seen", "client_id jti_hash ends_at"),
    **plain("access_token", "client_id scopes made_at ends_at"),
    **personal("access_token", "token_hash", Class.credential, timedelta(0)),
    **plain("identity_provider", "id agency_id issuer client_id domains made_at ended_at"),
    **personal("identity_provider", "client_secret", Class.credential, timedelta(0), sealed=True),
    **personal("identity_provider", "made_by", Class.conduct, _AUDIT),
    **plain("linked_identity", "id provider_id agency_id person_id made_at"),
    **personal("linked_identity", "subject_blind", Class.identity, timedelta(0)),
    **plain("oidc_flow", "id provider_id shared made_at ends_at"),
    **personal("oidc_flow", "state_hash browser_hash", Class.credential, timedelta(0)),
    **personal("oidc_flow", "secrets", Class.credential, timedelta(0), sealed=True),
    **plain("break_glass", "id agency_id target_id made_at ends_at ended_at told_at"),
    **personal("break_glass", "person_id reason", Class.conduct, _AUDIT),
    **plain("audit_entry", "id act table row_id columns agency_id reason key_id"),
    **personal("audit_entry", "at person_id", Class.conduct, _AUDIT),
    **plain("audit_seal", "position entry_id hash"),
    **plain("audit_checkpoint", "position hash at"),
    **plain("legal_hold", "id agency_id made_at ended_at"),
    **personal("legal_hold", "person_id made_by", Class.conduct, _AUDIT),
    **personal("legal_hold", "reason", Class.conduct, _AUDIT, sealed=True, shown_to=_WHO_RUNS),
}

_AGENCIES: LiteralString = "ARRAY(SELECT m.agency_id FROM membership AS m WHERE m.person_id = t.person_id)"

# One agency, whatever they are in others: invited again, they are found by their address anew.
_LEFT_THAT_AGENCY: LiteralString = (
    "(SELECT CASE WHEN bool_and(m.ended_at IS NOT NULL) THEN max(m.ended_at) END FROM membership AS m"
    " WHERE m.person_id = t.person_id AND m.agency_id = t.agency_id)"
)

# Somebody has left (doorlight_left_at) when no role of theirs is left; an agency that ended gives none.
PURGE = (
    Purge(
        "person",
        ended="doorlight_left_at(t.id)",
        # The row stays, for what was done under its id; nobody signs in with it or is found by it again.
        blank={
            "name": "''",
            "email": "''",
            "email_blind": "decode(replace(t.id::text, '-', ''), 'hex')",
            "ended_at": "coalesce(t.ended_at, %(now)s)",
        },
        agencies="ARRAY(SELECT m.agency_id FROM membership AS m WHERE m.person_id = t.id)",
        people="ARRAY[t.id]",
    ),
    Purge("membership", ended="t.ended_at", agencies="ARRAY[t.agency_id]", people="ARRAY[t.person_id]"),
    Purge(
        "local_account",
        ended="doorlight_left_at(t.person_id)",
        agencies=_AGENCIES,
        people="ARRAY[t.person_id]",
    ),
    Purge("sign_in", ended="least(t.ended_at, t.ends_at)", agencies="ARRAY[t.agency_id]", people="ARRAY[t.person_id]"),
    Purge(
        "invitation",
        ended="least(t.used_at, t.ends_at)",
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge(
        "api_key",
        ended="least(t.ended_at, t.ends_at)",
        blank={"secret_hash": "''"},  # nosec B105 # the empty text, in SQL
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge(
        "api_key",
        ended="least(t.ended_at, t.ends_at)",
        blank={"made_by": "NULL"},
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge(
        "client",
        ended="least(t.ended_at, t.ends_at)",
        blank={"made_by": "NULL"},
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge("access_token", ended="t.ends_at"),
    Purge(
        "identity_provider",
        ended="t.ended_at",
        blank={"client_secret": "NULL"},  # nosec B105
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge(
        "identity_provider",
        ended="t.ended_at",
        blank={"made_by": "NULL"},
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.made_by]",
    ),
    Purge(
        "linked_identity",
        ended=_LEFT_THAT_AGENCY,
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.person_id]",
    ),
    Purge("oidc_flow", ended="t.ends_at"),
    Purge(
        "break_glass",
        ended="least(t.ended_at, t.ends_at)",
        agencies="ARRAY[t.agency_id, t.target_id]",
        people="ARRAY[t.person_id]",
    ),
    # A hold is no reason to hold what it was about.
    Purge("legal_hold", ended="t.ended_at"),
    Purge("audit_entry", ended="t.at", elsewhere="core.audit.forget"),
)
