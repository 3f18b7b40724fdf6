"""Places by name, and ground with an outline: what a search is made from, and what a service covers."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, Identity, Integer, Text, UniqueConstraint
from sqlmodel import Field

from core.tables import Table, text


class Area(Table, table=True):
    """Ground that services cover, once for all of them: a state, a county, a ZIP, or what somebody drew.

    A ZIP has no outline that anybody may rely on: its `geom` is a point, and null where we know none.
    """

    __table_args__ = (CheckConstraint("kind in ('nation', 'state', 'county', 'zip', 'drawn')", name="kind"),)

    id: int | None = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    key: str = Field(sa_type=Text, unique=True)  # US, state:CO, county:08031, zip:80202, drawn:<sha256 of the extent>
    kind: str = text()
    name: str | None = text()
    folded: str | None = Field(default=None, sa_type=Text, index=True)  # a county's bare name, letters only
    state: str | None = text()
    zone: str | None = text()  # the time zone, of a county that has only one
    source: str | None = text()
    # Points are looked for among the parts, so the whole needs no index.
    geom: Any | None = Field(
        default=None, sa_column=Column(Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True)
    )
    # How far from the drawn line the real border may run.
    error_m: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


class AreaPart(Table, table=True):
    """A piece of an area, or (`within_m` set) a piece of its edge: small, so that a point is found in microseconds.

    A trigger keeps the parts true to their area, whoever writes it.
    """

    __tablename__ = "area_part"

    id: int | None = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    area_id: int = Field(foreign_key="area.id", index=True, ondelete="CASCADE")
    kind: str = text()
    zone: str | None = text()
    within_m: int | None = None
    # Everywhere the piece must be thought of: around an edge, as far as its error reaches.
    box: Any = Field(sa_column=Column(Geometry("GEOMETRY", srid=4326), nullable=False))
    geom: Any = Field(sa_column=Column(Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False))


class Place(Table, table=True):
    """A ZIP, a town or a county, to find a point by. Filled from public postal data and outlines."""

    __table_args__ = (UniqueConstraint("kind", "name", "state", postgresql_nulls_not_distinct=True),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = text()  # zip, city, county
    name: str = text()
    folded: str = Field(sa_type=Text, index=True)  # lower case, no accents
    state: str | None = text()
    latitude: float
    longitude: float
    zone: str | None = text()
    weight: int = 0  # how many ZIPs stand behind it: the order of choices
