"""A database of the operator's own, named by DATABASE_URL: checked, never started or stopped."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict

from core.cluster import roles
from core.cluster.errors import CannotOpen
from core.cluster.roles import SERVICE, Row
from core.cluster.server import OLDEST

AS_SERVICE = f"-c role={SERVICE}"


@dataclass(frozen=True)
class Checked:
    """What a look at a database found: its PostgreSQL version, and what is wrong with it, one line each."""

    version: str
    missing: tuple[str, ...]


def check(dsn: str) -> Checked:
    """Look at version and extensions without changing anything. Raises CannotOpen when it does not answer."""
    with _connect(as_uri(dsn)) as db:
        return _check(db)


def as_uri(dsn: str) -> str:
    """Any spelling of a PostgreSQL address (postgres://, SQLAlchemy's, key=value) as a postgresql:// URI."""
    scheme, found, rest = dsn.partition("://")
    if found:
        if scheme.partition("+")[0] not in ("postgres", "postgresql"):
            raise CannotOpen(f"DATABASE_URL must name a PostgreSQL database, not {scheme}")
        return f"postgresql://{rest}"
    try:
        parts = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise CannotOpen("DATABASE_URL is not a PostgreSQL address") from None
    database = parts.pop("dbname", "")
    return f"postgresql:///{quote(str(database))}?{urlencode(parts, quote_via=quote)}"


def as_service(uri: str) -> str:
    """The same address, with every session begun as the lesser role."""
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["options"] = f"{query.get('options', '')} {AS_SERVICE}".strip()
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def with_database(uri: str, name: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(uri)._replace(path=f"/{quote(name)}"))


def prepare(uri: str) -> str:
    """Make it ready for migrations; answers what it is, for the person who starts us.

    Raises CannotOpen with one line: too old, lacking, or the SQL that a superuser has to run.
    """
    with _connect(uri) as db:
        lacking = _check(db).missing
        unavailable, absent = roles.missing_extensions(db)
        if unavailable or len(lacking) > len(absent):
            raise CannotOpen(f"DATABASE_URL cannot be used: {'; '.join(lacking)}")
        _create(db, absent)
        _make_service(db)
        may_create = db.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')").fetchone()
        if may_create != (True,):
            raise CannotOpen(
                f"DATABASE_URL: a superuser has to run once: GRANT CREATE ON SCHEMA public TO {_user(db)};"
            )
        roles.grant(db, owner=db.info.user)
        return f"PostgreSQL {db.info.server_version // 10000} at DATABASE_URL, database {db.info.dbname}"


def _check(db: Connection[Row]) -> Checked:
    number = db.info.server_version
    version = f"{number // 10000}.{number % 10000}"
    lines = []
    if number < OLDEST * 10000:
        lines.append(f"PostgreSQL {version} is too old, {OLDEST} or newer is needed")
    if db.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
        lines.append("it is a standby, the address must be of the primary")
    unavailable, absent = roles.missing_extensions(db)
    if unavailable:
        lines.append(
            f"the server lacks {', '.join(unavailable)}: install PostGIS and the contrib extensions there "
            f"(Debian: postgresql-{number // 10000}-postgis-3)"
        )
    lines += [f"extension {name} is not created in database {db.info.dbname}" for name in absent]
    return Checked(version, tuple(lines))


def _create(db: Connection[Row], absent: list[str]) -> None:
    refused = []
    for name in absent:
        try:
            roles.make_extensions(db, [name])
        except psycopg.errors.InsufficientPrivilege:
            refused.append(name)
    if refused:
        statements = " ".join(f"CREATE EXTENSION {name};" for name in refused)
        raise CannotOpen(f"DATABASE_URL: a superuser has to run once in database {db.info.dbname}: {statements}")


def _make_service(db: Connection[Row]) -> None:
    """The lesser role, and our right to become it."""
    found = db.execute("SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", [SERVICE])
    row = found.fetchone()
    if row == (True,):
        raise CannotOpen(f"DATABASE_URL: the role {SERVICE} there has more rights than a lesser role may have")
    user = sql.Identifier(db.info.user)
    service = sql.Identifier(SERVICE)
    try:
        with db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(hashtext('doorlight: roles'))")
            if row is None:
                db.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(service))
            if not _may_become(db):
                db.execute(sql.SQL("GRANT {} TO {}").format(service, user))
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidGrantOperation):
        create = f"CREATE ROLE {SERVICE} NOLOGIN; " if row is None else ""
        raise CannotOpen(
            f"DATABASE_URL: a superuser has to run once: {create}GRANT {SERVICE} TO {_user(db)};"
        ) from None


def _may_become(db: Connection[Row]) -> bool:
    try:
        with db.transaction():
            db.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(SERVICE)))
            db.execute("RESET ROLE")
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue):
        return False
    return True


def _user(db: Connection[Row]) -> str:
    return sql.Identifier(db.info.user).as_string(db)


def _connect(uri: str) -> Connection[Row]:
    try:
        return roles.connect(uri)
    except psycopg.OperationalError as problem:
        said = " ".join(str(problem).split()) or "no answer"
        raise CannotOpen(f"DATABASE_URL does not answer: {said}") from problem
    except psycopg.ProgrammingError:
        raise CannotOpen("DATABASE_URL is not a PostgreSQL address") from None
