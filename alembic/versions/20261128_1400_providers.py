"""expand: machines that prove themselves with a key of their own, and people who sign in at their agency's provider.

What an agency set up is its own; proofs that were used, tokens, and people on their way to a provider and back are
seen by the system's own acts alone.
"""

from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE client (
    id uuid NOT NULL, agency_id uuid NOT NULL, name text NOT NULL, scopes text[] NOT NULL, jwks_uri text, made_by uuid,
    made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, used_at timestamptz, ended_at timestamptz,
    CONSTRAINT pk_client PRIMARY KEY (id), CONSTRAINT ck_client_ends CHECK (ends_at > made_at),
    CONSTRAINT fk_client_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_client_agency_id ON client (agency_id);
CREATE TABLE client_key (
    id uuid NOT NULL, client_id uuid NOT NULL, agency_id uuid NOT NULL, kid text NOT NULL, jwk jsonb NOT NULL,
    made_at timestamptz NOT NULL, ends_at timestamptz,
    CONSTRAINT pk_client_key PRIMARY KEY (id),
    CONSTRAINT fk_client_key_client_id_client FOREIGN KEY (client_id) REFERENCES client (id) ON DELETE CASCADE,
    CONSTRAINT fk_client_key_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_client_key_kid ON client_key (client_id, kid);
CREATE INDEX ix_client_key_agency_id ON client_key (agency_id);
CREATE TABLE assertion_seen (
    client_id uuid NOT NULL, jti_hash bytea NOT NULL, ends_at timestamptz NOT NULL,
    CONSTRAINT pk_assertion_seen PRIMARY KEY (client_id, jti_hash),
    CONSTRAINT fk_assertion_seen_client_id_client FOREIGN KEY (client_id) REFERENCES client (id) ON DELETE CASCADE
);
CREATE TABLE access_token (
    token_hash bytea NOT NULL, client_id uuid NOT NULL, scopes text[] NOT NULL,
    made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    CONSTRAINT pk_access_token PRIMARY KEY (token_hash),
    CONSTRAINT fk_access_token_client_id_client FOREIGN KEY (client_id) REFERENCES client (id) ON DELETE CASCADE
);
CREATE INDEX ix_access_token_client_id ON access_token (client_id);
CREATE TABLE identity_provider (
    id uuid NOT NULL, agency_id uuid NOT NULL, issuer text NOT NULL, client_id text NOT NULL, client_secret bytea,
    domains text[] NOT NULL, made_by uuid, made_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_identity_provider PRIMARY KEY (id),
    CONSTRAINT fk_identity_provider_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_identity_provider_agency_id ON identity_provider (agency_id);
CREATE INDEX ix_identity_provider_domains ON identity_provider USING gin (domains);
CREATE UNIQUE INDEX uq_identity_provider_standing ON identity_provider (agency_id, issuer) WHERE ended_at IS NULL;
CREATE TABLE linked_identity (
    id uuid NOT NULL, provider_id uuid NOT NULL, agency_id uuid NOT NULL, person_id uuid NOT NULL,
    subject_blind bytea NOT NULL, made_at timestamptz NOT NULL,
    CONSTRAINT pk_linked_identity PRIMARY KEY (id),
    CONSTRAINT fk_linked_identity_provider_id_identity_provider FOREIGN KEY (provider_id)
        REFERENCES identity_provider (id) ON DELETE CASCADE,
    CONSTRAINT fk_linked_identity_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE,
    CONSTRAINT fk_linked_identity_person_id_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE INDEX ix_linked_identity_agency_id ON linked_identity (agency_id);
CREATE INDEX ix_linked_identity_person_id ON linked_identity (person_id);
CREATE UNIQUE INDEX uq_linked_identity_subject ON linked_identity (provider_id, subject_blind);
CREATE UNIQUE INDEX uq_linked_identity_person ON linked_identity (provider_id, person_id);
CREATE TABLE oidc_flow (
    id uuid NOT NULL, provider_id uuid NOT NULL, state_hash bytea NOT NULL, browser_hash bytea NOT NULL,
    secrets bytea NOT NULL, shared boolean NOT NULL, made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    CONSTRAINT pk_oidc_flow PRIMARY KEY (id), CONSTRAINT uq_oidc_flow_state_hash UNIQUE (state_hash),
    CONSTRAINT fk_oidc_flow_provider_id_identity_provider FOREIGN KEY (provider_id)
        REFERENCES identity_provider (id) ON DELETE CASCADE
);
CREATE INDEX ix_oidc_flow_provider_id ON oidc_flow (provider_id);
-- Which provider a sign-in came from, so that signing out can lead there, too.
ALTER TABLE sign_in ADD COLUMN provider_id uuid;
ALTER TABLE sign_in ADD CONSTRAINT fk_sign_in_provider_id_identity_provider FOREIGN KEY (provider_id)
    REFERENCES identity_provider (id) ON DELETE SET NULL;
"""

# Who sees a row of each table beside the system's own acts; false: nobody.
SEEN = {
    "client": "agency_id = doorlight_agency()",
    "client_key": "agency_id = doorlight_agency()",
    "assertion_seen": "false",
    "access_token": "false",
    "identity_provider": "agency_id = doorlight_agency()",
    "linked_identity": "agency_id = doorlight_agency() OR person_id = doorlight_person()",
    "oidc_flow": "false",
}
# A key of one agency for the machine of another would let the one act for the other.
WRITTEN = """
CREATE POLICY made ON client FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND doorlight_is('administrator') AND made_by = doorlight_actor()
);
CREATE POLICY changed ON client FOR UPDATE USING (agency_id = doorlight_agency() AND doorlight_is('administrator'));
CREATE POLICY made ON client_key FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND doorlight_is('administrator')
    AND EXISTS (SELECT FROM client AS c WHERE c.id = client_id AND c.agency_id = client_key.agency_id)
);
CREATE POLICY changed ON client_key FOR UPDATE
    USING (agency_id = doorlight_agency() AND doorlight_is('administrator'))
    WITH CHECK (
        agency_id = doorlight_agency() AND doorlight_is('administrator')
        AND EXISTS (SELECT FROM client AS c WHERE c.id = client_id AND c.agency_id = client_key.agency_id)
    );
CREATE POLICY made ON identity_provider FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND doorlight_is('administrator') AND made_by = doorlight_actor()
);
CREATE POLICY changed ON identity_provider FOR UPDATE
    USING (agency_id = doorlight_agency() AND doorlight_is('administrator'));
"""

DOWN = """
ALTER TABLE sign_in DROP COLUMN provider_id;
DROP TABLE oidc_flow, linked_identity, identity_provider, access_token, assertion_seen, client_key, client;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLES)
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
