"""expand: letters that wait to be sent; whoever causes one adds it, and only the system's own acts see it again."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE letter (
    id uuid NOT NULL, channel text NOT NULL, kind text NOT NULL, language text NOT NULL,
    address bytea, subject bytea, body bytea, made_at timestamptz NOT NULL, due_at timestamptz NOT NULL,
    tries integer NOT NULL, sent_at timestamptz, failed text,
    CONSTRAINT pk_letter PRIMARY KEY (id), CONSTRAINT ck_letter_channel CHECK (channel IN ('mail', 'text'))
);
CREATE INDEX ix_letter_due ON letter (due_at) WHERE sent_at IS NULL AND failed IS NULL;
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE letter FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON letter USING (doorlight_trusted());
CREATE POLICY added ON letter FOR INSERT WITH CHECK (sent_at IS NULL AND failed IS NULL AND tries = 0);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE letter")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
