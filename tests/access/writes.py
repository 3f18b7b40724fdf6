"""What could be tried with each table of agencies, in straight SQL, and who may: the database's part of the policy."""

from core.security import GIVEN
from tests.access.rows import MACHINE, THE_PUBLIC
from tests.access.write import NOBODY, Write
from tests.access.writes_of_referrals import NEVER as NEVER_OF_REFERRALS
from tests.access.writes_of_referrals import REFERRALS

PEOPLE = frozenset(map(str, GIVEN))
EVERYBODY = PEOPLE | {THE_PUBLIC, MACHINE}
ADMINISTRATOR, STEWARD = frozenset({"administrator"}), frozenset({"steward"})
CLAIMS = frozenset({"provider_manager", "administrator"})
EDITS = frozenset({"provider_manager", "steward"})
BREAKS = ADMINISTRATOR | STEWARD


def _variants(
    name: str, sql: str, *wrong: tuple[str, str, str], own: frozenset[str], foreign: frozenset[str] = NOBODY
) -> list[Write]:
    """That, and what nobody may: the same with another word in the place of one."""
    return [
        Write(name, sql, own, foreign),
        *(Write(f"{name}, {called}", _replaced(sql, old, new)) for called, old, new in wrong),
    ]


def _replaced(sql: str, old: str, new: str) -> str:
    assert old in sql, old
    return sql.replace(old, new)


_INVITE = (
    "INSERT INTO invitation (id, agency_id, role, email, email_blind, token_hash, made_by, made_at, ends_at)"
    " VALUES (gen_random_uuid(), :agency, 'provider_staff', '', '', 'new', :me, :now, :later)"
)
_HOLD = (
    "INSERT INTO legal_hold (id, agency_id, person_id, reason, made_by, made_at)"
    " VALUES (gen_random_uuid(), :agency, :person, '', :me, :now)"
)
_ENTRY = (
    'INSERT INTO audit_entry (at, act, "table", columns, person_id, key_id, agency_id)'
    " VALUES (:now, 'read', 'person', '{}', :me, :key, :agency)"
)
_LETTER = (
    "INSERT INTO letter (id, channel, kind, language, made_at, due_at, tries, failed)"
    " VALUES (gen_random_uuid(), 'mail', 'claim', 'en', :now, :now, 0, NULL)"
)
_CLIENT_KEY = (
    "INSERT INTO client_key (id, client_id, agency_id, kid, jwk, made_at)"
    " VALUES (gen_random_uuid(), :client, :agency, '2', '{}', :now)"
)
_CLAIM = (
    "INSERT INTO claim (id, organization_id, agency_id, way, state, tries, asked_by, asked_at)"
    " VALUES (gen_random_uuid(), :free, :agency, 'steward', 'held', 0, :me, :now)"
)
_EDIT = (
    "INSERT INTO edit (id, act, root, root_id, organization_id, person_id, agency_id, at)"
    " VALUES (:new, 'correct_service', 'service', :service, :organization, :me, :mine, :now)"
)
_REVIEW = _EDIT.replace("correct_service", "confirm_service_attribute")
_FIELD = (
    'INSERT INTO edit_field (edit_id, "table", row_id, field, before, after, forgotten)'
    " VALUES (:new, 'service', :service, 'name', NULL, NULL, false)"
)
_FALL = (
    "INSERT INTO police_fall (id, service_id, organization_id, act, level_from, level_to, source, state, proposed_by,"
    " proposed_for, proposed_at, decided_by) VALUES (:new, :service, :organization, 'disclose_service', 'P4', 'P2',"
    " 'https://example.org', 'proposed', :me, :mine, :now, NULL)"
)
_DECIDE = "UPDATE police_fall SET state = 'confirmed', decided_by = :me, decided_at = :now WHERE id = :fall"
_CORRECT = (
    "INSERT INTO correction (id, organization_id, field, says, state, asked_by, key_id, asked_at, decided_by)"
    " VALUES (:new, :organization, 'name', 'E', 'proposed', :me, :key, :now, NULL)"
)
_ACCEPT = "UPDATE correction SET state = 'accepted', decided_by = :me, decided_at = :now WHERE id = :correction"
_BREAK = (
    "INSERT INTO break_glass (id, person_id, agency_id, target_id, reason, made_at, ends_at, told_at)"
    " VALUES (gen_random_uuid(), :me, :agency, :third, 'Nobody answers there', :now, :later, :now)"
)

ACCOUNTS = [
    Write("agency: made", "INSERT INTO agency (id, name, roles, made_at) VALUES (gen_random_uuid(), '', '{}', :now)"),
    Write("agency: locked", "SELECT id FROM agency WHERE id = :agency FOR UPDATE", own=ADMINISTRATOR),
    Write("agency: given roles", "UPDATE agency SET roles = '{steward}' WHERE id = :agency"),
    Write(
        "person: made",
        "INSERT INTO person (id, name, email, email_blind, made_at) VALUES (gen_random_uuid(), '', '', 'new', :now)",
    ),
    Write("person: given another address", "UPDATE person SET email = 'other' WHERE id = :person"),
    Write(
        "membership: given",
        "INSERT INTO membership (id, agency_id, person_id, role, made_at)"
        " VALUES (gen_random_uuid(), :agency, :person, 'administrator', :now)",
    ),
    *_variants(
        "membership: ended",
        "UPDATE membership SET ended_at = :now WHERE id = :membership",
        ("and moved to the other agency", "SET", "SET agency_id = :other,"),
        ("not, but raised", "ended_at = :now", "role = 'administrator'"),
        own=ADMINISTRATOR,
    ),
    Write("local_account: another's password", "UPDATE local_account SET password_hash = '' WHERE person_id = :person"),
    Write(
        "local_account: given",
        "INSERT INTO local_account (person_id, password_hash, recovery_hashes, failed) VALUES (:newcomer, '', '{}', 0)",
    ),
    Write("sign_in: another's ended", "UPDATE sign_in SET ended_at = :now WHERE id = :sign_in"),
    Write(
        "sign_in: opened for another",
        "INSERT INTO sign_in (id, person_id, token_hash, shared, made_at, seen_at, ends_at)"
        " VALUES (gen_random_uuid(), :person, 'new', false, :now, :now, :later)",
    ),
    *_variants(
        "invitation: of staff",
        _INVITE,
        ("in another's name", ":me", ":person"),
        own=CLAIMS,
    ),
    Write("invitation: of an administrator", _INVITE.replace("provider_staff", "administrator"), own=ADMINISTRATOR),
    Write("invitation: used", "UPDATE invitation SET used_at = :now WHERE id = :invitation"),
    *_variants(
        "api_key: made",
        "INSERT INTO api_key (id, agency_id, name, secret_hash, scopes, made_by, made_at, ends_at)"
        " VALUES (gen_random_uuid(), :agency, '', '', '{}', :me, :now, :later)",
        ("in another's name", ":me", ":person"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "api_key: ended",
        "UPDATE api_key SET ended_at = :now WHERE id = :api_key",
        ("and moved to the other agency", "SET", "SET agency_id = :other,"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "client: made",
        "INSERT INTO client (id, agency_id, name, scopes, made_by, made_at, ends_at)"
        " VALUES (gen_random_uuid(), :agency, '', '{}', :me, :now, :later)",
        ("in another's name", ":me", ":person"),
        own=ADMINISTRATOR,
    ),
    Write("client: ended", "UPDATE client SET ended_at = :now WHERE id = :client", own=ADMINISTRATOR),
    *_variants(
        "client_key: made",
        _CLIENT_KEY,
        ("of their own, for the other's machine", ":client,", ":other_client,"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "client_key: ended",
        "UPDATE client_key SET ends_at = :now WHERE id = :client_key",
        ("and given to the other's machine", "SET", "SET kid = '3', client_id = :other_client,"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "identity_provider: made",
        "INSERT INTO identity_provider (id, agency_id, issuer, client_id, domains, made_by, made_at)"
        " VALUES (gen_random_uuid(), :agency, 'https://other.example.org', 'd', '{}', :me, :now)",
        ("in another's name", ":me", ":person"),
        own=ADMINISTRATOR,
    ),
    Write(
        "identity_provider: ended",
        "UPDATE identity_provider SET ended_at = :now WHERE id = :provider",
        own=ADMINISTRATOR,
    ),
    Write("linked_identity: to another", "UPDATE linked_identity SET person_id = :other_person WHERE id = :linked"),
    Write(
        "linked_identity: made",
        "INSERT INTO linked_identity (id, provider_id, agency_id, person_id, subject_blind, made_at)"
        " VALUES (gen_random_uuid(), :provider, :agency, :other_person, 'new', :now)",
    ),
    Write(
        "oidc_flow: made",
        "INSERT INTO oidc_flow (id, provider_id, state_hash, browser_hash, secrets, shared, made_at, ends_at)"
        " VALUES (gen_random_uuid(), :provider, 'new', '', '', false, :now, :later)",
    ),
    Write("oidc_flow: changed", "UPDATE oidc_flow SET browser_hash = 'other' WHERE id = :flow"),
    Write(
        "assertion_seen: made",
        "INSERT INTO assertion_seen (client_id, jti_hash, ends_at) VALUES (:client, 'new', :later)",
    ),
    Write("assertion_seen: changed", "UPDATE assertion_seen SET ends_at = :now WHERE client_id = :client"),
    Write(
        "access_token: made",
        "INSERT INTO access_token (token_hash, client_id, scopes, made_at, ends_at)"
        " VALUES ('new', :client, '{}', :now, :later)",
    ),
    Write("access_token: changed", "UPDATE access_token SET scopes = '{}' WHERE client_id = :client"),
    *_variants(
        "legal_hold: made",
        _HOLD,
        ("in another's name", ":me", ":person"),
        ("of somebody of the other agency", ":person", ":other_person"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "legal_hold: ended",
        "UPDATE legal_hold SET ended_at = :now WHERE id = :hold",
        ("the system's own", ":hold", ":system_hold"),
        own=ADMINISTRATOR,
    ),
    *_variants(
        "letter: written",
        _LETTER,
        ("as one that failed", "NULL", "'held'"),
        ("as one that was tried", "0,", "3,"),
        own=EVERYBODY,
        foreign=EVERYBODY,
    ),
    Write("letter: sent elsewhere", "UPDATE letter SET address = 'other' WHERE id = :letter"),
    *_variants(
        "audit_entry: of their own act",
        _ENTRY,
        ("of another's", ":me", ":person"),
        ("of another's key", ":key", ":api_key"),
        own=EVERYBODY,
        foreign=EVERYBODY,
    ),
    Write("audit_entry: changed", "UPDATE audit_entry SET act = 'write' WHERE person_id = :person"),
    Write("audit_seal: made", "INSERT INTO audit_seal (position, entry_id, hash) VALUES (1, 1, '')"),
    Write("audit_seal: changed", "UPDATE audit_seal SET hash = ''"),
    Write("audit_checkpoint: made", "INSERT INTO audit_checkpoint (position, hash, at) VALUES (1, '', :now)"),
    Write("audit_checkpoint: changed", "UPDATE audit_checkpoint SET hash = ''"),
    Write(
        "kept_reply: for whom nobody was told of",
        "INSERT INTO kept_reply (id, scope, key_hash, request, reply, made_at, ends_at)"
        " VALUES (gen_random_uuid(), :blind, 'new', '', '', :now, :later)",
    ),
    Write("kept_reply: changed", "UPDATE kept_reply SET reply = 'other' WHERE id = :reply"),
    *_variants(
        "break_glass: broken",
        _BREAK,
        ("in another's name", ":me", ":person"),
        own=BREAKS,
    ),
    *_variants(
        "break_glass: ended",
        "UPDATE break_glass SET ended_at = :now WHERE id = :glass",
        ("not, but opened again", ":now", "NULL"),
        ("not, but for longer", "ended_at = :now", "ends_at = :later"),
        own=BREAKS,
    ),
]

LISTINGS = [
    *_variants(
        "claim: asked",
        _CLAIM,
        ("as proven", "'held'", "'proven'"),
        ("in another's name", ":me", ":person"),
        own=CLAIMS,
    ),
    Write("claim: proven", "UPDATE claim SET state = 'proven' WHERE id = :claim", own=STEWARD, foreign=STEWARD),
    Write("claim: ended", "UPDATE claim SET state = 'ended' WHERE id = :proven", own=CLAIMS | STEWARD, foreign=STEWARD),
    Write("claim: of another listing", "UPDATE claim SET organization_id = :free WHERE id = :claim"),
    Write("correction: of another listing", "UPDATE correction SET organization_id = :free WHERE id = :correction"),
    *_variants(
        "edit: added",
        _EDIT,
        ("in another's name", ":me", ":person"),
        ("in another agency's", ":mine", ":third"),
        own=EDITS,
        foreign=STEWARD,
    ),
    *_variants(
        "edit: of a review",
        _REVIEW,
        ("in another's name", ":me", ":person"),
        own=EDITS | {"reviewer"},
        foreign=STEWARD | {"reviewer"},
    ),
    Write("edit: changed", "UPDATE edit SET person_id = NULL WHERE id = :edit"),
    *_variants(
        "edit_field: added",
        f"{_EDIT};\n{_FIELD}",
        ("to what another did", "(:new, 'service', :service, 'name'", "(:edit, 'service', :service, 'name'"),
        own=EDITS,
        foreign=STEWARD,
    ),
    Write("edit_field: of a review", f"{_REVIEW};\n{_FIELD}", own=EDITS | {"reviewer"}, foreign=STEWARD | {"reviewer"}),
    Write(
        "edit_field: forgotten",
        "UPDATE edit_field SET before = NULL, after = NULL, forgotten = true WHERE edit_id = :edit",
    ),
    *_variants(
        "police_fall: proposed",
        _FALL,
        ("in another's name", ":me", ":person"),
        ("in another agency's", ":mine", ":third"),
        ("as rejected", "'proposed'", "'rejected'"),
        ("with a second person", "NULL", ":person"),
        own=EDITS,
        foreign=STEWARD,
    ),
    *_variants(
        "police_fall: confirmed",
        _DECIDE,
        ("in another's name", ":me", ":other_person"),
        ("with another proposer", "decided_by", "proposed_by = :other_person, decided_by"),
        ("to another level", "decided_by", "level_to = 'P0', decided_by"),
        ("from another source", "decided_by", "source = 'https://else.example.org', decided_by"),
        own=EDITS,
        foreign=STEWARD,
    ),
    Write("police_fall: rejected", _DECIDE.replace("confirmed", "rejected"), own=EDITS, foreign=STEWARD),
    Write("police_fall: their own confirmed", f"{_FALL};\n{_DECIDE.replace(':fall', ':new')}"),
    Write(
        "police_fall: their own taken back",
        f"{_FALL};\n{_DECIDE.replace(':fall', ':new').replace('confirmed', 'rejected')}",
        own=EDITS,
        foreign=STEWARD,
    ),
    Write(
        "police_fall: decided twice",
        f"{_DECIDE.replace('confirmed', 'rejected')};\n{_DECIDE}",
    ),
    *_variants(
        "correction: proposed",
        _CORRECT,
        ("in another's name", ":me", ":person"),
        ("in another key's", ":key", ":api_key"),
        ("as accepted", "'proposed'", "'accepted'"),
        ("with who decides", "NULL", ":person"),
        own=EVERYBODY,
        foreign=EVERYBODY,
    ),
    *_variants(
        "correction: decided",
        _ACCEPT,
        ("in another's name", ":me", ":person"),
        ("not, but with other words", "state = 'accepted'", "says = 'F'"),
        own=STEWARD,
        foreign=STEWARD,
    ),
    Write("correction: decided twice", f"{_ACCEPT};\n{_ACCEPT.replace('accepted', 'refused')}"),
    Write("correction: another's withdrawn", _ACCEPT.replace("accepted", "withdrawn")),
    Write(
        "correction: their own withdrawn",
        f"{_CORRECT};\n{_ACCEPT.replace('accepted', 'withdrawn').replace(':correction', ':new')}",
        own=PEOPLE,
        foreign=PEOPLE,
    ),
    Write(
        "correction: their own accepted",
        f"{_CORRECT};\n{_ACCEPT.replace(':correction', ':new')}",
        own=STEWARD,
        foreign=STEWARD,
    ),
]
WEBHOOKS = [
    Write(
        "webhook_endpoint: made",
        "INSERT INTO webhook_endpoint (id, agency_id, url, state, secret, made_at, changed_at)"
        " VALUES (:new, :agency, 'https://elsewhere.example.org', 'on', '', :now, :now)",
    ),
    Write(
        "webhook_endpoint: led elsewhere", "UPDATE webhook_endpoint SET url = 'https://a.example' WHERE id = :webhook"
    ),
    Write("webhook_endpoint: given another secret", "UPDATE webhook_endpoint SET secret = 'x' WHERE id = :webhook"),
]
WRITES = [*ACCOUNTS, *LISTINGS, *REFERRALS, *WEBHOOKS]
# What not even the system's own acts do: a grant, a trigger or a check is in the way.
NEVER = NEVER_OF_REFERRALS | {
    "audit_entry: changed",
    "audit_seal: changed",
    "audit_checkpoint: made",
    "audit_checkpoint: changed",
    "break_glass: ended, not, but for longer",
    "claim: of another listing",
    "correction: of another listing",
    "police_fall: confirmed, with another proposer",
    "police_fall: confirmed, to another level",
    "police_fall: their own confirmed",
}
