"""expand: replies kept for a day, so that a request that is sent twice is done once; each is seen by who was answered.

A transaction is told whose replies it looks for; one that is told nothing sees none. Who clears away is trusted.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = """
CREATE FUNCTION doorlight_scope() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT decode(nullif(current_setting('doorlight.scope', true), ''), 'hex')
$$;
CREATE TABLE kept_reply (
    id uuid NOT NULL, scope bytea NOT NULL, key_hash bytea NOT NULL, request bytea NOT NULL, reply bytea NOT NULL,
    made_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    CONSTRAINT pk_kept_reply PRIMARY KEY (id), CONSTRAINT uq_kept_reply_scope UNIQUE (scope, key_hash)
);
CREATE INDEX ix_kept_reply_ends_at ON kept_reply (ends_at);
ALTER TABLE kept_reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_reply FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON kept_reply USING (doorlight_trusted());
CREATE POLICY own ON kept_reply FOR SELECT USING (scope = doorlight_scope());
CREATE POLICY kept ON kept_reply FOR INSERT WITH CHECK (scope = doorlight_scope());
CREATE POLICY kept_anew ON kept_reply FOR UPDATE USING (scope = doorlight_scope());
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE kept_reply; DROP FUNCTION doorlight_scope")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
