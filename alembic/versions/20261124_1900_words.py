"""expand: every word that occurs in what can be found, so that a misspelt one can be recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION doorlight_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent', said))
$$;
-- The stem, or nothing for a word that every text has.
CREATE FUNCTION doorlight_stem(config regconfig, word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (tsvector_to_array(to_tsvector(config, word)))[1]
$$;
-- What a word may have been meant to be. The threshold finds two letters that changed places in a word of six;
-- how many letters really differ is for the caller to count.
CREATE FUNCTION doorlight_similar(asked text) RETURNS SETOF search_word LANGUAGE sql STABLE PARALLEL SAFE ROWS 40
SET pg_trgm.similarity_threshold = 0.25 AS $$
    SELECT * FROM public.search_word
    WHERE word OPERATOR(public.%) asked AND length(word) BETWEEN length(asked) - 2 AND length(asked) + 2
    ORDER BY public.similarity(word, asked) DESC, word LIMIT 40
$$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=True),
        sa.Column("spanish", sa.Text(), nullable=True),
        sa.Column("rows", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_index(op.f("ix_search_word_english"), "search_word", ["english"], unique=False)
    op.create_index(op.f("ix_search_word_spanish"), "search_word", ["spanish"], unique=False)
    op.create_index(
        "ix_search_word_similar",
        "search_word",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
        postgresql_with={"fastupdate": "off"},
    )
    # the driver itself, because the text is full of signs that SQLAlchemy would read as parameters
    op.get_bind().connection.driver_connection.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION doorlight_similar, doorlight_stem, doorlight_fold")
    op.drop_index("ix_search_word_similar", table_name="search_word", postgresql_using="gin")
    op.drop_index(op.f("ix_search_word_spanish"), table_name="search_word")
    op.drop_index(op.f("ix_search_word_english"), table_name="search_word")
    op.drop_table("search_word")
