"""expand: offers answered by text message and keypad; which messages of the gateway were heard already.

Both are the system's alone: nobody reads whom a message went to, and a code is known by its keyed hash.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE offer_text (
    offer_id uuid NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL, number_blind bytea, code_hash bytea,
    language text NOT NULL, tries integer NOT NULL, made_at timestamptz NOT NULL,
    letter_id uuid,
    CONSTRAINT pk_offer_text PRIMARY KEY (offer_id), CONSTRAINT uq_offer_text_code_hash UNIQUE (code_hash),
    CONSTRAINT fk_offer_text_offer_id_offer FOREIGN KEY (offer_id, referral_id) REFERENCES offer (id, referral_id)
        ON DELETE CASCADE
);
CREATE INDEX ix_offer_text_number_blind ON offer_text (number_blind);
CREATE INDEX ix_offer_text_referral_id ON offer_text (referral_id);
CREATE TABLE gateway_message (
    id uuid NOT NULL, at timestamptz NOT NULL,
    CONSTRAINT pk_gateway_message PRIMARY KEY (id)
);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLES)
    for table in ("offer_text", "gateway_message"):
        _run(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f" CREATE POLICY system ON {table} USING (doorlight_trusted());"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE gateway_message, offer_text")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
