"""The migrated schema is the models' schema; every step can be undone and done again; the service owns nothing."""

import hashlib
import os
import subprocess
import sys

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from core import cluster, migrate


@pytest.fixture
def empty(server: cluster.Database) -> cluster.Database:
    """A database before its first migration."""
    return cluster.scratch(server, "doorlight_migrations")


def _alembic(dsn: str) -> Config:
    config = Config(toml_file=migrate.PROJECT / "pyproject.toml")
    config.attributes["dsn"] = dsn
    return config


def test_up_down_up_and_no_difference_from_the_models(empty: cluster.Database) -> None:
    config = _alembic(empty.owner_dsn)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    command.check(config)


def test_drawn_areas_move_to_where_they_are_shared_and_back(server: cluster.Database) -> None:
    name = f"doorlight_drawn_{os.getpid()}"
    made = cluster.scratch(server, name)
    config = _alembic(made.owner_dsn)
    square = '{"type":"Polygon","coordinates":[[[-105,39],[-104,39],[-104,40],[-105,40],[-105,39]]]}'
    try:
        command.upgrade(config, "0002")
        with psycopg.connect(made.owner_dsn) as owner:
            owner.execute(
                "INSERT INTO service_area (id, changed_at, extent_type, extent, geom)"
                " SELECT gen_random_uuid(), now(), kind, extent, ST_Multi(ST_GeomFromGeoJSON(extent))"
                " FROM (VALUES ('geojson', %(it)s), ('geojson', %(it)s), ('state', NULL)) AS drawn(kind, extent)",
                {"it": square},
            )
        command.upgrade(config, "0003")
        with psycopg.connect(made.owner_dsn) as owner:
            drawn = "SELECT key, kind, ST_Area(geom) FROM area"
            key = f"drawn:{hashlib.sha256(square.encode()).hexdigest()}"
            assert owner.execute(drawn).fetchall() == [(key, "drawn", 1.0)]
            assert owner.execute("SELECT count(*), count(drawn_id) FROM service_area").fetchone() == (3, 2)
            assert owner.execute("SELECT count(*) FROM area_part WHERE ST_Covers(geom, box)").fetchone() == (1,)
        command.downgrade(config, "0002")
        with psycopg.connect(made.owner_dsn) as owner:
            back = "SELECT count(*), count(geom), count(number) FROM service_area"
            assert owner.execute(back).fetchone() == (3, 2, 3)
    finally:
        cluster.discard(server, name)


def test_two_that_start_at_once_on_an_empty_database_migrate_it_once(server: cluster.Database) -> None:
    empty = cluster.scratch(server, f"doorlight_at_once_{os.getpid()}")
    try:
        program = f"from core import migrate; migrate.upgrade({empty.owner_dsn!r})"
        both = [
            subprocess.Popen([sys.executable, "-c", program], cwd=migrate.PROJECT, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        assert [one.communicate(timeout=60)[1] for one in both] == ["", ""]
        assert [one.returncode for one in both] == [0, 0]
        assert len(migrate.current(empty.owner_dsn)) == 1
    finally:
        cluster.discard(server, f"doorlight_at_once_{os.getpid()}")


def test_the_service_owns_nothing_and_cannot_change_the_schema(clone: cluster.Database) -> None:
    with psycopg.connect(clone.service_dsn) as service:
        owned = service.execute(
            "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = current_user"
        ).fetchone()
        assert owned == (0,)
        service.rollback()
        for forbidden in ("CREATE TABLE mine ()", "DROP TABLE service", "UPDATE alembic_version SET version_num = 'x'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(forbidden)
            service.rollback()


def test_every_instant_has_a_zone(clone: cluster.Database) -> None:
    with psycopg.connect(clone.owner_dsn) as owner:
        naive = owner.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
        ).fetchall()
    assert naive == []


def test_every_constraint_follows_the_naming_convention(clone: cluster.Database) -> None:
    with psycopg.connect(clone.owner_dsn) as owner:
        odd = owner.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE relnamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'c', 'u')"
            " AND conname !~ '^(pk|fk|ck|uq)_' AND relname !~ '^(procrastinate|spatial_ref_sys|alembic_version)'"
        ).fetchall()
    assert odd == []
