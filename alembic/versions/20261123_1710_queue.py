"""expand: the job queue's own tables and functions, as its library ships them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # the driver itself, because the text is full of signs that SQLAlchemy would read as parameters
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
    # which migration a database is at is the owner's to say
    op.execute("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM doorlight_service")


def downgrade() -> None:
    op.execute(
        """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT c.oid::regclass::text FROM pg_class AS c
                WHERE c.relname LIKE 'procrastinate%' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            LOOP EXECUTE 'DROP TABLE ' || name || ' CASCADE'; END LOOP;
            FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc AS p
                WHERE p.proname LIKE 'procrastinate%' AND p.pronamespace = 'public'::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
            FOR name IN SELECT t.oid::regtype::text FROM pg_type AS t
                WHERE t.typname LIKE 'procrastinate%' AND t.typtype IN ('e', 'c') AND t.typnamespace = 'public'::regnamespace
            LOOP EXECUTE 'DROP TYPE IF EXISTS ' || name || ' CASCADE'; END LOOP;
        END $$
        """
    )
