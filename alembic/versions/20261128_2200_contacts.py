"""expand: how long an agency lets things wait, whom of it to tell when something does; what is left of survivors."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE agency_clock (
    agency_id uuid NOT NULL, clock text NOT NULL, urgency text NOT NULL, lasts_s integer NOT NULL,
    CONSTRAINT pk_agency_clock PRIMARY KEY (agency_id, clock, urgency),
    CONSTRAINT ck_agency_clock_lasts CHECK (lasts_s BETWEEN 60 AND 604800),
    CONSTRAINT fk_agency_clock_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE TABLE agency_contact (
    id uuid NOT NULL, agency_id uuid NOT NULL, place integer NOT NULL, supervisor boolean NOT NULL,
    channel text NOT NULL, address bytea NOT NULL, language text NOT NULL, quiet_from time, quiet_to time, zone text,
    CONSTRAINT pk_agency_contact PRIMARY KEY (id),
    CONSTRAINT uq_agency_contact_agency_id UNIQUE (agency_id, place),
    CONSTRAINT ck_agency_contact_channel CHECK (channel IN ('mail', 'text')),
    CONSTRAINT ck_agency_contact_quiet CHECK (num_nonnulls(quiet_from, quiet_to, zone) IN (0, 3)),
    CONSTRAINT fk_agency_contact_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
-- How many, and nothing of any one of them.
CREATE TABLE survivor_count (
    agency_id uuid NOT NULL, month date NOT NULL, urgency text NOT NULL, ended text NOT NULL, warm boolean NOT NULL,
    many integer NOT NULL,
    CONSTRAINT pk_survivor_count PRIMARY KEY (agency_id, month, urgency, ended, warm),
    CONSTRAINT fk_survivor_count_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLES)
    for table in ("agency_clock", "agency_contact", "survivor_count"):
        _run(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f" CREATE POLICY system ON {table} USING (doorlight_trusted());"
            f" CREATE POLICY own ON {table} FOR SELECT USING (doorlight_cares() AND agency_id = doorlight_agency());"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE survivor_count, agency_contact, agency_clock")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
