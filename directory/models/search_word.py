"""The words that occur in what can be found."""

from sqlalchemy import Index, Text
from sqlmodel import Field

from core.tables import Table


class SearchWord(Table, table=True):
    """A word as it is written, small and without accents, with its stems and about how many search rows hold it.

    A word that the language takes for a mere particle has no stem in it.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_similar",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            # words are looked up at every search and new ones are few, so none waits in a list to be read through
            postgresql_with={"fastupdate": "off"},
        ),
    )

    word: str = Field(sa_type=Text, primary_key=True)
    english: str | None = Field(default=None, sa_type=Text, index=True)
    spanish: str | None = Field(default=None, sa_type=Text, index=True)
    rows: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
