"""The search row: one a service at a location, all that an answer needs, written with every change."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geography, Geometry
from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, TSTZMULTIRANGE, TSVECTOR
from sqlmodel import Field

from directory.models.base import Table, text


def _spans(*, nullable: bool = False) -> Any:
    return Column(TSTZMULTIRANGE, nullable=nullable, server_default="{}")


class SearchTag(Table, table=True):
    """A number for each thing a row can be filtered on, such as `kind:SITE.SOBER` or `lang:es`."""

    __tablename__ = "search_tag"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text, unique=True)


class SearchRow(Table, table=True):
    __tablename__ = "search_row"
    __table_args__ = (
        Index(
            "ix_search_row_geom_tags",
            "geom",
            "tags",
            postgresql_using="gist",
            postgresql_ops={"tags": "gist__intbig_ops(siglen=64)"},
            # a gist cannot skip what has no point, so a search for lines would read all of it
            postgresql_where="geom is not null",
        ),
        Index(
            "ix_search_row_lines",
            "tags",
            "areas",
            postgresql_using="gin",
            postgresql_ops={"tags": "gin__int_ops", "areas": "gin__int_ops"},
            postgresql_where="geom is null",
        ),
        Index("ix_search_row_placeless", "rank", "id", postgresql_where="geom is null"),
        Index("ix_search_row_words", "words", postgresql_using="gin"),
        CheckConstraint(
            "precision <> 'confidential' or (geom is null and geog is null and address is null)",
            name="confidential",
        ),
    )

    id: UUID = Field(primary_key=True)
    service_id: UUID = Field(foreign_key="service.id", index=True, ondelete="CASCADE")
    location_id: UUID | None = Field(default=None, foreign_key="location.id", index=True, ondelete="CASCADE")
    geom: Any | None = Field(
        default=None, sa_column=Column(Geometry("POINT", srid=3857, spatial_index=False), nullable=True)
    )
    geog: Any | None = Field(
        default=None, sa_column=Column(Geography("POINT", srid=4326, spatial_index=False), nullable=True)
    )
    precision: str = text()
    rank: int = Field(default=0, sa_type=SmallInteger)
    tags: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    nationwide: bool = False
    areas: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    # An area is named that we cannot place on the ground, or none is named though only an area could say.
    area_unknown: bool = False
    zone: str | None = text()
    # Disjoint; what is in none of the three is closed. They hold until `horizon`.
    open: Any = Field(default=None, sa_column=_spans())
    unknown: Any = Field(default=None, sa_column=_spans())
    call_first: Any = Field(default=None, sa_column=_spans())
    horizon: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
    # One entry an access point, in the order of `access`; the intervals are empty where all keep the row's own.
    way_modes: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    way_open: Any = Field(default=None, sa_column=Column(ARRAY(TSTZMULTIRANGE), nullable=False))
    way_unknown: Any = Field(default=None, sa_column=Column(ARRAY(TSTZMULTIRANGE), nullable=False))
    way_call_first: Any = Field(default=None, sa_column=Column(ARRAY(TSTZMULTIRANGE), nullable=False))
    confirmed_on: date | None = None
    stale_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    level: str = text(default="PU")
    name: str = text()
    organization_id: UUID
    organization: str = text()
    invented: bool = False
    about: str | None = text()
    address: Any | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    kinds: Any = Field(sa_column=Column(JSON, nullable=False))
    police: Any = Field(sa_column=Column(JSON, nullable=False))
    access: Any = Field(sa_column=Column(JSON, nullable=False))
    languages: Any = Field(sa_column=Column(JSON, nullable=False))
    notes: Any = Field(sa_column=Column(JSON, nullable=False))
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False))
