"""DATABASE_URL: a database of the operator's own is checked, never started, served by a lesser role."""

from pathlib import Path

import psycopg
import pytest

from core.cluster import CannotOpen, Database, check, discard, given, open_database, roles, scratch

from .acting import silent

NOWHERE = "postgresql://somebody:secret@127.0.0.1:1/none"


def open_given(url: str, home: Path) -> Database:
    return open_database(home=home, database_url=url, say=silent)


@pytest.fixture
def bare(shared: Database) -> str:
    """The address of an empty database whose owner is no superuser."""
    discard(shared, "bare")
    with psycopg.connect(shared.admin_dsn, autocommit=True) as db:
        db.execute("CREATE DATABASE bare OWNER doorlight_owner TEMPLATE template0")
    return given.with_database(shared.owner_dsn, "bare")


def test_it_is_used_as_it_is_and_served_as_a_lesser_role(shared: Database, home: Path) -> None:
    own = scratch(shared, "own")
    database = open_given(given.with_database(shared.admin_dsn, "own"), home)
    assert not database.started
    with psycopg.connect(database.owner_dsn, autocommit=True) as db:
        db.execute("CREATE TABLE IF NOT EXISTS door (name text)")
    with psycopg.connect(database.service_dsn, autocommit=True) as db:
        assert db.execute("SELECT current_user").fetchone() == ("doorlight_service",)
        db.execute("INSERT INTO door VALUES ('a')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("CREATE TABLE mine ()")
    database.stop()
    psycopg.connect(own.owner_dsn).close()
    assert not home.exists()


def test_what_a_superuser_has_to_run_is_said_and_is_enough(shared: Database, bare: str, home: Path) -> None:
    for _ in range(3):
        try:
            database = open_given(bare, home)
        except CannotOpen as refused:
            told = str(refused)
            assert "\n" not in told
            assert "a superuser has to run once" in told
            with psycopg.connect(given.with_database(shared.admin_dsn, "bare"), autocommit=True) as db:
                db.execute(told[told.index(": ", told.index("has to run")) + 2 :].encode())
    with psycopg.connect(database.service_dsn) as db:
        assert db.execute("SELECT current_user").fetchone() == ("doorlight_service",)


def test_extensions_that_the_server_lacks_are_named(
    shared: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "EXTENSIONS", ("postgis", "no_such", "nor_this"))
    with pytest.raises(CannotOpen, match="the server lacks no_such, nor_this: install") as refused:
        open_given(shared.owner_dsn, home)
    assert "\n" not in str(refused.value)


def test_a_look_names_what_is_missing_and_changes_nothing(bare: str) -> None:
    first = check(bare)
    assert "extension postgis is not created in database bare" in first.missing
    assert check(bare) == first


def test_an_old_server_is_refused(shared: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "OLDEST", 99)
    with pytest.raises(CannotOpen, match="is too old, 99 or newer is needed"):
        open_given(shared.owner_dsn, home)


def test_a_server_that_does_not_answer_is_named_without_its_password(home: Path) -> None:
    with pytest.raises(CannotOpen, match="does not answer") as refused:
        open_given(NOWHERE, home)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://here/there", "nonsense", "postgresql://here:port/x"])
def test_what_is_no_address_is_refused(url: str, home: Path) -> None:
    with pytest.raises(CannotOpen, match="DATABASE_URL"):
        open_given(url, home)


@pytest.mark.parametrize(
    ("spelled", "means"),
    [
        ("postgres://u@h/d", "postgresql://u@h/d"),
        ("postgresql+psycopg://u:p@h:1/d?sslmode=require", "postgresql://u:p@h:1/d?sslmode=require"),
        ("host=h dbname=d user=u", "postgresql:///d?host=h&user=u"),
    ],
)
def test_every_spelling_of_an_address_is_understood(spelled: str, means: str) -> None:
    parsed = psycopg.conninfo.conninfo_to_dict
    assert parsed(given.as_uri(spelled)) == parsed(means)


def test_options_of_the_operators_own_stay() -> None:
    made = given.as_service("postgresql://h/d?options=-c%20statement_timeout%3D5s&sslmode=require")
    assert psycopg.conninfo.conninfo_to_dict(made) == {
        "host": "h",
        "dbname": "d",
        "sslmode": "require",
        "options": "-c statement_timeout=5s -c role=doorlight_service",
    }
