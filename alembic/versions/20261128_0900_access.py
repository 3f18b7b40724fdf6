"""expand: agencies, people, sign-ins, keys and the audit; rows of an agency are its own, whoever asks.

The service reads and writes them under row-level security: what a transaction was told of its caller decides, and a
transaction that was told nothing sees nothing.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A person's own rows in every agency are opened by doorlight_person(). Who acts, whoever vouched for them, is
# doorlight_actor(): what they write says that it is theirs, and that opens no row of another agency.
CALLER = """
CREATE FUNCTION doorlight_agency() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('doorlight.agency', true), '')::uuid
$$;
CREATE FUNCTION doorlight_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('doorlight.person', true), '')::uuid
$$;
CREATE FUNCTION doorlight_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('doorlight.actor', true), '')::uuid
$$;
CREATE FUNCTION doorlight_key() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('doorlight.key', true), '')::uuid
$$;
CREATE FUNCTION doorlight_is(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT role = ANY (string_to_array(coalesce(current_setting('doorlight.roles', true), ''), ' '))
$$;
-- The system's own acts: who is signing in is not known yet, and jobs look after everybody's rows.
CREATE FUNCTION doorlight_trusted() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('doorlight.trusted', true), '') = 'on'
$$;
"""

TABLES = """
CREATE TABLE agency (
    id uuid NOT NULL, name text NOT NULL, organization_id uuid, roles text[] NOT NULL, made_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_agency PRIMARY KEY (id)
);
CREATE INDEX ix_agency_organization_id ON agency (organization_id);
CREATE TABLE person (
    id uuid NOT NULL, name bytea NOT NULL, email bytea NOT NULL, email_blind bytea NOT NULL,
    made_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_person PRIMARY KEY (id), CONSTRAINT uq_person_email_blind UNIQUE (email_blind)
);
CREATE TABLE membership (
    id uuid NOT NULL, agency_id uuid NOT NULL, person_id uuid NOT NULL, role text NOT NULL,
    made_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT fk_membership_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT,
    CONSTRAINT fk_membership_person_id_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE INDEX ix_membership_agency_id ON membership (agency_id);
CREATE INDEX ix_membership_person_id ON membership (person_id);
CREATE UNIQUE INDEX uq_membership_standing ON membership (agency_id, person_id, role) WHERE ended_at IS NULL;
CREATE TABLE local_account (
    person_id uuid NOT NULL, password_hash text NOT NULL, totp bytea, totp_since timestamptz, totp_step integer,
    recovery_hashes bytea[] NOT NULL, failed integer NOT NULL, shut_until timestamptz,
    CONSTRAINT pk_local_account PRIMARY KEY (person_id),
    CONSTRAINT fk_local_account_person_id_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE TABLE sign_in (
    id uuid NOT NULL, person_id uuid NOT NULL, agency_id uuid, token_hash bytea NOT NULL, shared boolean NOT NULL,
    made_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_sign_in PRIMARY KEY (id), CONSTRAINT uq_sign_in_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_sign_in_person_id_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_sign_in_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_sign_in_person_id ON sign_in (person_id);
CREATE TABLE invitation (
    id uuid NOT NULL, agency_id uuid NOT NULL, role text NOT NULL, email bytea NOT NULL, email_blind bytea NOT NULL,
    token_hash bytea NOT NULL, made_by uuid, made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_invitation PRIMARY KEY (id), CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_invitation_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_invitation_agency_id ON invitation (agency_id);
CREATE TABLE api_key (
    id uuid NOT NULL, agency_id uuid NOT NULL, name text NOT NULL, secret_hash bytea NOT NULL, scopes text[] NOT NULL,
    made_by uuid, made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, used_at timestamptz,
    ended_at timestamptz, replaces uuid,
    CONSTRAINT pk_api_key PRIMARY KEY (id), CONSTRAINT ck_api_key_ends CHECK (ends_at > made_at),
    CONSTRAINT fk_api_key_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_api_key_agency_id ON api_key (agency_id);
CREATE TABLE audit_entry (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL, at timestamptz NOT NULL, act text NOT NULL,
    "table" text NOT NULL, row_id uuid, columns text[] NOT NULL, person_id uuid, key_id uuid, agency_id uuid,
    reason text, CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);
CREATE INDEX ix_audit_entry_agency_id ON audit_entry (agency_id);
CREATE TABLE audit_seal (
    position bigint NOT NULL, entry_id bigint NOT NULL, hash bytea NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (position), CONSTRAINT uq_audit_seal_entry_id UNIQUE (entry_id)
);
"""

# What is written into the audit stays as it is; the owner, too, has to take the guard off to change it.
APPEND_ONLY = """
CREATE FUNCTION doorlight_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_only_added BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION doorlight_only_added();
CREATE TRIGGER audit_seal_only_added BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION doorlight_only_added();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_seal FROM doorlight_service;
"""

# Who sees a row of each table. The rows of membership that the others see are those of the same caller.
SEEN = {
    "agency": "id = doorlight_agency() OR EXISTS (SELECT FROM membership AS m WHERE m.agency_id = agency.id)",
    "membership": "agency_id = doorlight_agency() OR person_id = doorlight_person()",
    "person": "id = doorlight_person() OR EXISTS (SELECT FROM membership AS m WHERE m.person_id = person.id)",
    "local_account": "person_id = doorlight_person()",
    "sign_in": "person_id = doorlight_person()",
    "invitation": "agency_id = doorlight_agency()",
    "api_key": "agency_id = doorlight_agency()",
}
# What else than the system's own acts is written, by whom. An administrator locks the agency, so that of two who send
# each other away one stays; and a role is only ever taken away.
WRITTEN = """
CREATE POLICY locked ON agency FOR UPDATE
    USING (id = doorlight_agency() AND doorlight_is('administrator')) WITH CHECK (false);
CREATE POLICY ended ON membership FOR UPDATE
    USING (agency_id = doorlight_agency() AND doorlight_is('administrator'))
    WITH CHECK (agency_id = doorlight_agency() AND doorlight_is('administrator') AND ended_at IS NOT NULL);
CREATE POLICY changed ON local_account FOR UPDATE USING (person_id = doorlight_person());
CREATE POLICY opened ON sign_in FOR INSERT WITH CHECK (person_id = doorlight_person());
CREATE POLICY changed ON sign_in FOR UPDATE USING (person_id = doorlight_person());
CREATE POLICY offered ON invitation FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND made_by = doorlight_actor() AND used_at IS NULL
    AND (doorlight_is('administrator') OR (doorlight_is('provider_manager') AND role = 'provider_staff'))
);
CREATE POLICY made ON api_key FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND doorlight_is('administrator') AND made_by = doorlight_actor()
);
CREATE POLICY changed ON api_key FOR UPDATE USING (agency_id = doorlight_agency() AND doorlight_is('administrator'));
"""
# Who writes an entry need not see it: what a public act did to a person's data is the agency's to read. It is of their
# own act, whosever the row; nobody writes that another did something.
AUDITED = """
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY added ON audit_entry FOR INSERT WITH CHECK (
    doorlight_trusted()
    OR (person_id IS NOT DISTINCT FROM doorlight_actor() AND key_id IS NOT DISTINCT FROM doorlight_key())
);
CREATE POLICY own ON audit_entry FOR SELECT USING (agency_id = doorlight_agency() OR doorlight_trusted());
ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON audit_seal USING (doorlight_trusted());
"""

DOWN = """
DROP TABLE audit_seal, audit_entry, api_key, invitation, sign_in, local_account, membership, person, agency;
DROP FUNCTION doorlight_only_added, doorlight_trusted, doorlight_is, doorlight_key, doorlight_actor, doorlight_person,
    doorlight_agency;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(CALLER + TABLES + APPEND_ONLY + AUDITED)
    for table, condition in SEEN.items():
        _run(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f" CREATE POLICY system ON {table} USING (doorlight_trusted());"
            f" CREATE POLICY own ON {table} FOR SELECT USING ({condition})"
        )
    _run(WRITTEN)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(DOWN)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
