"""The search row: one a service at a location, narrow enough to walk over; and what is shown of it, written ready."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geography, Geometry
from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, TSTZMULTIRANGE, TSVECTOR
from sqlmodel import Field

from core.tables import Table, text


def _spans(*, nullable: bool = False) -> Any:
    return Column(TSTZMULTIRANGE, nullable=nullable, server_default="{}")


def _array(of: Any) -> Any:
    return Column(ARRAY(of), nullable=False)


class SearchRow(Table, table=True):
    __tablename__ = "search_row"
    __table_args__ = (
        Index(
            "ix_search_row_geom_tags",
            "geom",
            "tags",
            postgresql_using="gist",
            postgresql_ops={"tags": "gist__intbig_ops(siglen=160)"},
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
        Index("ix_search_row_grouped", "group", "rank", "id", postgresql_where="geom is null"),
        # Teams come from wherever their base is: found by the ground they serve, not by how far off that is.
        Index(
            "ix_search_row_teams",
            "areas",
            postgresql_using="gin",
            postgresql_ops={"areas": "gin__int_ops"},
            postgresql_where="team and geom is not null",
        ),
        Index(
            "ix_search_row_reach",
            "reach",
            "radius_m",
            postgresql_using="gist",
            postgresql_where="reach is not null",
        ),
        Index("ix_search_row_stems", "stems", postgresql_using="gin", postgresql_ops={"stems": "gin__int_ops"}),
        CheckConstraint(
            "precision <> 'confidential' or"
            " (geom is null and geog is null and reach is null and address is null and radius_m is null)",
            name="confidential",
        ),
        CheckConstraint("(geom is null) = (geog is null)", name="point"),
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
    # Of a team that travels so far: the box around that circle.
    reach: Any | None = Field(
        default=None, sa_column=Column(Geometry("POLYGON", srid=3857, spatial_index=False), nullable=True)
    )
    # Distances are rounded up to this many metres: no nearer than the place is known.
    step: int = 100
    rank: int = Field(default=0, sa_type=SmallInteger)
    team: bool = False
    group: str = text()
    nationwide: bool = False
    # An area is named that we cannot place on the ground, or none is named though only an area could say.
    area_unknown: bool = False
    radius_m: int | None = None
    police: int = Field(default=0, sa_type=SmallInteger)
    police_sure: date | None = Field(default=None, sa_type=Date)
    police_stated: int = Field(default=0, sa_type=SmallInteger)  # whatever the way
    age_stated: bool = False
    min_age: float | None = None
    max_age: float | None = None
    # How full it is, from 0 to 1, and until when that may be believed.
    load: float | None = None
    load_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    confirmed_on: date | None = None
    stale_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    horizon: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
    precision: str = text()
    zone: str | None = text()
    tags: list[int] = Field(sa_column=_array(Integer))
    areas: list[int] = Field(sa_column=_array(Integer))
    # Disjoint; what is in none of the three is closed. They hold until `horizon`.
    open: Any = Field(default=None, sa_column=_spans())
    unknown: Any = Field(default=None, sa_column=_spans())
    call_first: Any = Field(default=None, sa_column=_spans())
    # One entry an access point, in the order they are shown, then the door. Hours and police are empty where all
    # ways have the row's own.
    way_modes: list[int] = Field(sa_column=_array(Integer))
    way_languages: list[str] = Field(sa_column=_array(Text))
    way_open: Any = Field(default=None, sa_column=_array(TSTZMULTIRANGE))
    way_unknown: Any = Field(default=None, sa_column=_array(TSTZMULTIRANGE))
    way_call_first: Any = Field(default=None, sa_column=_array(TSTZMULTIRANGE))
    way_police: list[int] = Field(sa_column=_array(SmallInteger))
    way_police_sure: list[date] = Field(sa_column=_array(Date))
    address: Any | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    capacity: Any | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    notes: Any | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    # Its words as numbers, as `doorlight_stems` makes them.
    stems: list[int] = Field(sa_column=_array(Integer))


class SearchText(Table, table=True):
    """The words of a row where they stand in its text, for phrases; so long that a walk could not carry them."""

    __tablename__ = "search_text"

    id: UUID = Field(primary_key=True, foreign_key="search_row.id", ondelete="CASCADE")
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False))


class SearchShown(Table, table=True):
    """What an answer says of a row, written ready in each language of labels.

    The members of a JSON object without its braces. The answer fills in what depends on the time: hours of a way where
    U+0001 stands, and what a police level counts as where U+0002 stands before it and the day through which it holds.
    """

    __tablename__ = "search_shown"

    id: UUID = Field(primary_key=True, foreign_key="search_row.id", ondelete="CASCADE")
    en: str = text()
    es: str = text()
