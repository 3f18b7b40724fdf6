"""expand: legal holds; the audit's oldest entries may go once their time is over, below a checkpoint that is kept."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A hold that nobody is said to have made is of whoever runs Doorlight, and ended by them alone.
TABLES = """
CREATE TABLE legal_hold (
    id uuid NOT NULL, agency_id uuid, person_id uuid, reason bytea NOT NULL, made_by uuid,
    made_at timestamptz NOT NULL, ended_at timestamptz,
    CONSTRAINT pk_legal_hold PRIMARY KEY (id),
    CONSTRAINT ck_legal_hold_of CHECK (agency_id IS NOT NULL OR person_id IS NOT NULL),
    CONSTRAINT fk_legal_hold_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT,
    CONSTRAINT fk_legal_hold_person_id_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE INDEX ix_legal_hold_agency_id ON legal_hold (agency_id);
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON legal_hold USING (doorlight_trusted());
CREATE POLICY own ON legal_hold FOR SELECT USING (agency_id = doorlight_agency());
CREATE POLICY made ON legal_hold FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND doorlight_is('administrator') AND made_by = doorlight_actor()
    AND (person_id IS NULL OR EXISTS (
        SELECT FROM membership AS m WHERE m.person_id = legal_hold.person_id AND m.agency_id = legal_hold.agency_id
    ))
);
CREATE POLICY ended ON legal_hold FOR UPDATE
    USING (agency_id = doorlight_agency() AND doorlight_is('administrator'))
    WITH CHECK (
        agency_id = doorlight_agency() AND doorlight_is('administrator')
        AND made_by IS NOT NULL AND ended_at IS NOT NULL
    );

CREATE TABLE audit_checkpoint (
    position bigint NOT NULL, hash bytea NOT NULL, at timestamptz NOT NULL,
    CONSTRAINT pk_audit_checkpoint PRIMARY KEY (position)
);
ALTER TABLE audit_checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_checkpoint FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON audit_checkpoint USING (doorlight_trusted());
CREATE TRIGGER audit_checkpoint_only_added BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION doorlight_only_added();
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_checkpoint FROM doorlight_service;

-- When somebody lost their last role; null while they have one.
CREATE FUNCTION doorlight_left_at(person uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(p.ended_at, (
        SELECT CASE WHEN count(*) = 0 THEN p.made_at
                    WHEN count(*) = count(coalesce(m.ended_at, a.ended_at)) THEN max(least(m.ended_at, a.ended_at)) END
        FROM membership AS m JOIN agency AS a ON a.id = m.agency_id WHERE m.person_id = p.id))
    FROM person AS p WHERE p.id = doorlight_left_at.person
$$;
"""

# Entries and seals go by one door alone, which the owner keeps: the oldest part of the chain, up to a place whose hash
# the caller knows, and nothing that is not six years old by the database's own clock. Whoever holds the service's
# address can therefore forget nothing that is not due to be forgotten.
FORGET = """
CREATE OR REPLACE FUNCTION doorlight_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_seal' THEN
        IF EXISTS (SELECT FROM audit_checkpoint WHERE position >= OLD.position) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' THEN
        IF OLD.at < now() - interval '2190 days' AND EXISTS (
            SELECT FROM audit_seal AS s JOIN audit_checkpoint AS c ON s.position <= c.position WHERE s.entry_id = OLD.id
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE POLICY old ON audit_entry FOR DELETE USING (doorlight_trusted() AND at < now() - interval '2190 days');

CREATE FUNCTION doorlight_forget_audit(upto bigint, known bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_seal WHERE position = upto AND hash = known) THEN
        RAISE EXCEPTION 'the chain has another hash at place %', upto USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (
        SELECT FROM audit_seal AS s JOIN audit_entry AS e ON e.id = s.entry_id
        WHERE s.position <= upto AND e.at >= now() - interval '2190 days'
    ) THEN
        RAISE EXCEPTION 'entries up to place % are not six years old', upto USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO audit_checkpoint (position, hash, at) VALUES (upto, known, now());
    DELETE FROM audit_entry AS e USING audit_seal AS s WHERE s.entry_id = e.id AND s.position <= upto;
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM audit_seal WHERE position <= upto;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION doorlight_forget_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doorlight_forget_audit TO doorlight_service;
"""

DOWN = """
DROP FUNCTION doorlight_forget_audit;
DROP POLICY old ON audit_entry;
CREATE OR REPLACE FUNCTION doorlight_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DROP FUNCTION doorlight_left_at;
DROP TABLE audit_checkpoint, legal_hold;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLES)
    _run(FORGET)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(DOWN)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
