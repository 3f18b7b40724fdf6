"""What of these tables is person data, and how long it is kept after the account has ended."""

from datetime import timedelta

from core.personal import Class, Registry, personal, plain

_YEAR = timedelta(days=365)
_AUDIT = 6 * _YEAR

COLUMNS: Registry = {
    **plain("agency", "id name organization_id roles made_at ended_at"),
    **plain("person", "id made_at ended_at"),
    **personal("person", "name", Class.identity, _YEAR, sealed=True),
    **personal("person", "email", Class.contact, _YEAR, sealed=True),
    **personal("person", "email_blind", Class.contact, _YEAR),
    **plain("membership", "id agency_id role made_at ended_at"),
    **personal("membership", "person_id", Class.conduct, _AUDIT),
    **plain("local_account", "person_id totp_since totp_step failed shut_until"),
    **personal("local_account", "password_hash recovery_hashes", Class.credential, timedelta(0)),
    **personal("local_account", "totp", Class.credential, timedelta(0), sealed=True),
    **plain("sign_in", "id agency_id shared ends_at"),
    **personal("sign_in", "person_id made_at seen_at ended_at", Class.conduct, timedelta(days=30)),
    **personal("sign_in", "token_hash", Class.credential, timedelta(days=30)),
    **plain("invitation", "id agency_id role made_at ends_at used_at"),
    **personal("invitation", "email", Class.contact, timedelta(days=30), sealed=True),
    **personal("invitation", "email_blind made_by", Class.contact, timedelta(days=30)),
    **personal("invitation", "token_hash", Class.credential, timedelta(days=30)),
    **plain("api_key", "id agency_id name scopes made_at ends_at used_at ended_at replaces"),
    **personal("api_key", "secret_hash", Class.credential, timedelta(days=30)),
    **personal("api_key", "made_by", Class.conduct, _AUDIT),
    **plain("break_glass", "id agency_id target_id made_at ends_at ended_at told_at"),
    **personal("break_glass", "person_id reason", Class.conduct, _AUDIT),
    **plain("audit_entry", "id act table row_id columns agency_id reason key_id"),
    **personal("audit_entry", "at person_id", Class.conduct, _AUDIT),
    **plain("audit_seal", "position entry_id hash"),
}
