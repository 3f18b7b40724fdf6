"""expand: claims that a steward decides, and links in their letters; corrections that anybody proposes.

Anybody adds a correction, and only as one that nobody has decided; stewards see them all, whoever proposed one their
own, and who answers for a listing what is proposed of it. And broken glass: what it shows, while it stands, the
database decides for itself.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CLAIMS = """
ALTER TABLE claim ADD COLUMN link_hash bytea;
GRANT UPDATE (link_hash) ON claim TO doorlight_service;
ALTER TABLE claim ADD CONSTRAINT uq_claim_link_hash UNIQUE (link_hash);
ALTER TABLE claim DROP CONSTRAINT ck_claim_state;
ALTER TABLE claim ADD CONSTRAINT ck_claim_state CHECK (state IN ('asked', 'held', 'proven', 'refused', 'ended'));
DROP INDEX uq_claim_standing;
CREATE UNIQUE INDEX uq_claim_standing ON claim (organization_id, agency_id) WHERE state IN ('asked', 'held', 'proven');
"""

CORRECTIONS = """
CREATE TABLE correction (
    id uuid NOT NULL, organization_id uuid, service_id uuid, location_id uuid, field text NOT NULL, says text NOT NULL,
    note text, source_url text, contact bytea, state text NOT NULL, asked_by uuid, key_id uuid,
    asked_at timestamptz NOT NULL, decided_by uuid, decided_at timestamptz, reason text,
    CONSTRAINT pk_correction PRIMARY KEY (id),
    CONSTRAINT ck_correction_about CHECK (num_nonnulls(organization_id, service_id, location_id) > 0),
    CONSTRAINT ck_correction_state CHECK (state IN ('proposed', 'accepted', 'refused', 'withdrawn')),
    CONSTRAINT fk_correction_organization_id_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_correction_service_id_service FOREIGN KEY (service_id) REFERENCES service (id) ON DELETE CASCADE,
    CONSTRAINT fk_correction_location_id_location FOREIGN KEY (location_id) REFERENCES location (id) ON DELETE CASCADE
);
CREATE INDEX ix_correction_organization_id ON correction (organization_id);
CREATE INDEX ix_correction_service_id ON correction (service_id);
CREATE INDEX ix_correction_location_id ON correction (location_id);
ALTER TABLE correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON correction USING (doorlight_trusted());
CREATE POLICY added ON correction FOR INSERT WITH CHECK (
    state = 'proposed' AND num_nonnulls(decided_by, decided_at, reason) = 0
    AND asked_by IS NOT DISTINCT FROM doorlight_actor() AND key_id IS NOT DISTINCT FROM doorlight_key()
);
CREATE POLICY own ON correction FOR SELECT USING (
    doorlight_is('steward') OR asked_by = doorlight_person()
    OR ((doorlight_is('provider_manager') OR doorlight_is('administrator')) AND organization_id IN (
        SELECT claim.organization_id FROM claim WHERE agency_id = doorlight_agency() AND claim.state = 'proven'
    ))
);
CREATE POLICY decided ON correction FOR UPDATE USING (doorlight_is('steward'))
    WITH CHECK (doorlight_is('steward') AND state IN ('accepted', 'refused') AND decided_by = doorlight_actor());
CREATE POLICY withdrawn ON correction FOR UPDATE USING (asked_by = doorlight_person())
    WITH CHECK (asked_by = doorlight_person() AND state = 'withdrawn' AND decided_by = doorlight_person());
CREATE FUNCTION doorlight_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' AND NOT public.doorlight_trusted() THEN
        RAISE EXCEPTION 'it was decided' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER correction_decided_once BEFORE UPDATE ON correction FOR EACH ROW EXECUTE FUNCTION doorlight_decided_once();
REVOKE UPDATE, TRUNCATE ON correction FROM doorlight_service;
GRANT UPDATE (state, says, note, source_url, contact, decided_by, decided_at, reason) ON correction TO doorlight_service;
"""

GLASS = """
CREATE TABLE break_glass (
    id uuid NOT NULL, person_id uuid NOT NULL, agency_id uuid NOT NULL, target_id uuid NOT NULL, reason text NOT NULL,
    made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, ended_at timestamptz, told_at timestamptz NOT NULL,
    CONSTRAINT pk_break_glass PRIMARY KEY (id),
    CONSTRAINT ck_break_glass_ends CHECK (ends_at > made_at AND ends_at <= made_at + interval '60 minutes'),
    CONSTRAINT ck_break_glass_another CHECK (target_id <> agency_id),
    CONSTRAINT ck_break_glass_reason CHECK (length(reason) BETWEEN 10 AND 500),
    CONSTRAINT fk_break_glass_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT,
    CONSTRAINT fk_break_glass_target_id_agency FOREIGN KEY (target_id) REFERENCES agency (id) ON DELETE RESTRICT
);
CREATE INDEX ix_break_glass_agency_id ON break_glass (agency_id);
CREATE INDEX ix_break_glass_target_id ON break_glass (target_id);
ALTER TABLE break_glass ENABLE ROW LEVEL SECURITY;
ALTER TABLE break_glass FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON break_glass USING (doorlight_trusted());
CREATE POLICY own ON break_glass FOR SELECT
    USING (agency_id = doorlight_agency() OR target_id = doorlight_agency());
CREATE POLICY broken ON break_glass FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND person_id = doorlight_actor() AND ended_at IS NULL
    AND (doorlight_is('administrator') OR doorlight_is('steward'))
);
CREATE POLICY ended ON break_glass FOR UPDATE
    USING (doorlight_agency() IN (agency_id, target_id) AND (doorlight_is('administrator') OR doorlight_is('steward')))
    WITH CHECK (
        doorlight_agency() IN (agency_id, target_id) AND (doorlight_is('administrator') OR doorlight_is('steward'))
        AND ended_at IS NOT NULL
    );
-- Nobody makes one last longer, or gives another reason afterwards.
REVOKE UPDATE, TRUNCATE ON break_glass FROM doorlight_service;
GRANT UPDATE (ended_at) ON break_glass TO doorlight_service;

-- The agency that this transaction looks into just now; of none, null. At the time it was told, as every other act.
CREATE FUNCTION doorlight_looked_into() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT target_id FROM public.break_glass
    WHERE id = nullif(current_setting('doorlight.glass', true), '')::uuid
      AND agency_id = public.doorlight_agency() AND person_id = public.doorlight_actor()
      AND ended_at IS NULL AND ends_at > nullif(current_setting('doorlight.glass_at', true), '')::timestamptz
$$;
-- Whoever is seen by their membership is seen with it.
CREATE POLICY glass ON membership FOR SELECT USING (agency_id = (SELECT doorlight_looked_into()));
CREATE POLICY only_looking ON person AS RESTRICTIVE FOR UPDATE USING ((SELECT doorlight_looked_into()) IS NULL);
CREATE POLICY only_looking_on ON person AS RESTRICTIVE FOR DELETE USING ((SELECT doorlight_looked_into()) IS NULL);
CREATE POLICY only_looking ON agency AS RESTRICTIVE FOR UPDATE USING ((SELECT doorlight_looked_into()) IS NULL);
CREATE POLICY only_looking_on ON agency AS RESTRICTIVE FOR DELETE USING ((SELECT doorlight_looked_into()) IS NULL);
"""

DOWN = """
DROP POLICY only_looking_on ON agency;
DROP POLICY only_looking ON agency;
DROP POLICY only_looking_on ON person;
DROP POLICY only_looking ON person;
DROP POLICY glass ON membership;
DROP FUNCTION doorlight_looked_into;
DROP TABLE break_glass;
DROP TABLE correction;
DROP FUNCTION doorlight_decided_once;
SET LOCAL doorlight.trusted = 'on';
UPDATE claim SET state = 'ended' WHERE state = 'held';
DROP INDEX uq_claim_standing;
CREATE UNIQUE INDEX uq_claim_standing ON claim (organization_id, agency_id) WHERE state IN ('asked', 'proven');
ALTER TABLE claim DROP CONSTRAINT ck_claim_state;
ALTER TABLE claim ADD CONSTRAINT ck_claim_state CHECK (state IN ('asked', 'proven', 'refused', 'ended'));
ALTER TABLE claim DROP COLUMN link_hash;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(CLAIMS + CORRECTIONS + GLASS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(DOWN)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
