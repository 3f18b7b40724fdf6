"""Alembic's way in: migrations run as the owner, over the DSN that `core.migrate` hands down."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, pool

from core.access import models as access
from core.audit import models as audit
from core.db import sqlalchemy_url
from core.letters import models as letters
from core.replies import models as replies
from core.tables import Table
from directory import models as directory
from referrals import models as referrals

# Each domain has its own; imported, they are known to the one metadata.
DOMAINS = (access, audit, directory, letters, referrals, replies)
OURS = set(Table.metadata.tables)


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Only our own tables are compared: not PostGIS's, not the queue's."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    return table in OURS and alembic_helpers.include_object(thing, name, kind, reflected, compare_to)


def run() -> None:
    """Migrate in one transaction, so that a crash in the middle leaves what was there before."""
    dsn = context.config.attributes.get("dsn") or context.get_x_argument(as_dictionary=True)["dsn"]
    engine = create_engine(sqlalchemy_url(dsn), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            include_object=include_object,
            process_revision_directives=alembic_helpers.writer,
            render_item=alembic_helpers.render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
