"""Start each peer as its own documentation runs it in production: a process of its own, loopback, its own pool."""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from core.packages import Say
from tests.bench.children import Broken, _free_port, _running
from tests.bench.peers import install
from tests.bench.peers.table import SCHEMA, TABLE

_DEADLINE_S = 90.0
_POOL = 10  # the default of all three
_TYPENAME = b'{"query":"{__typename}"}'
WORKERS = 2  # of pygeoapi, whose workers take one request at a time


@contextmanager
def tipg(dsn: str, say: Say, *, fetch: bool = True) -> Iterator[tuple[int, int]]:
    """One uvicorn worker; its port and process id."""
    python = install.python(say, fetch=fetch)
    port = _free_port()
    environment = _environment() | {
        "DATABASE_URL": _uri(dsn),
        "DB_MAX_CONN_SIZE": str(_POOL),
        "TIPG_DB_SCHEMAS": json.dumps([SCHEMA]),
        "TIPG_CATALOG_TTL": "0",  # it would look through the schema again every five minutes
    }
    command = [str(python.with_name("uvicorn")), "tipg.main:app", "--app-dir", str(install.HOME)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    with _ready("tipg", command, environment, port=port, path=f"/collections/{SCHEMA}.{TABLE}") as pid:
        yield port, pid


@contextmanager
def pygeoapi(dsn: str, say: Say, *, fetch: bool = True) -> Iterator[tuple[int, int]]:
    """Two gunicorn workers, as its container starts it; its port and the master's process id."""
    python = install.python(say, fetch=fetch)
    port = _free_port()
    config, openapi = (install.HOME / f"pygeoapi-{port}.{kind}" for kind in ("config.json", "openapi.json"))
    config.write_text(json.dumps(_pygeoapi_config(dsn, port)))
    environment = _environment() | {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    command = [str(python.with_name("gunicorn")), "pygeoapi.flask_app:APP", "--chdir", str(install.HOME)]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--worker-class", "sync"]
    command += ["--log-level", "warning", "--no-control-socket"]
    try:
        _describe(python, config, openapi, environment)
        with _ready("pygeoapi", command, environment, port=port, path=f"/collections/{TABLE}?f=json") as pid:
            yield port, pid
    finally:
        config.unlink(missing_ok=True)
        openapi.unlink(missing_ok=True)


@contextmanager
def postgraphile(dsn: str, say: Say, *, fetch: bool = True) -> Iterator[tuple[int, int]]:
    """One Node process; its port and process id."""
    node, home = install.node(say, fetch=fetch)
    port = _free_port()
    given = _parts(dsn)
    environment = _environment() | {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "PORT": str(port),
        "PEER_HOST": given["host"],
        "PEER_PORT": given["port"],
        "PEER_DATABASE": given["dbname"],
        "PEER_USER": given["user"],
        "PEER_PASSWORD": given["password"],
    }
    program = home / "node_modules" / "postgraphile" / "dist" / "cli-run.js"
    command = [str(node), str(program), "--config", str(home / "graphile.config.mjs")]
    with _ready("postgraphile", command, environment, port=port, path="/graphql", body=_TYPENAME) as pid:
        yield port, pid


def _pygeoapi_config(dsn: str, port: int) -> dict[str, object]:
    given = _parts(dsn)
    data = {name: given[name] for name in ("host", "port", "dbname", "user")} | {"search_path": [SCHEMA, "public"]}
    if given["password"]:
        data["password"] = given["password"]
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": data,
        "id_field": "id",
        "table": TABLE,
        "geom_field": "geom",
    }
    collection = {
        "type": "collection",
        "title": TABLE,
        "description": TABLE,
        "keywords": [TABLE],
        "links": [],
        "extents": {
            "spatial": {
                "bbox": [-180, -90, 180, 90],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            }
        },
        "providers": [provider],
    }
    url = f"http://127.0.0.1:{port}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "pretty_print": False,
            "limits": {"default_items": 20, "max_items": 50},
            "map": {"url": url, "attribution": ""},
            "admin": False,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "peer",
                "description": "peer",
                "keywords": ["peer"],
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": url,
            },
            "license": {"name": "none", "url": url},
            "provider": {"name": "peer", "url": url},
            "contact": {"name": "peer", "email": "peer@example.org"},
        },
        "resources": {TABLE: collection},
    }


def _describe(python: Path, config: Path, openapi: Path, environment: dict[str, str]) -> None:
    """It wants its own description written before it starts."""
    command = [str(python.with_name("pygeoapi")), "openapi", "generate", str(config)]
    ended = subprocess.run(
        [*command, "--format", "json", "--output-file", str(openapi)],
        env=environment,
        cwd=install.HOME,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
    )
    if ended.returncode:
        raise Broken(f"pygeoapi openapi generate: {ended.stderr.strip()[-300:]}")


@contextmanager
def _ready(
    name: str, command: list[str], environment: dict[str, str], *, port: int, path: str, body: bytes | None = None
) -> Iterator[int]:
    """A peer that answers; what it says goes to a log beside it."""
    said = install.HOME / f"{name}.log"
    with said.open("w") as log, _running(command, environment, log=log) as process:
        limit = time.monotonic() + _DEADLINE_S
        while not _answers(port, path, body):
            if process.poll() is not None or time.monotonic() > limit:
                raise Broken(f"{name} did not get ready; its reason stands in {said}")
            time.sleep(0.1)
        yield process.pid


def _answers(port: int, path: str, body: bytes | None) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"})
        return line.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _environment() -> dict[str, str]:
    """Ours without what a peer would take for its own settings."""
    ours = (
        "DATABASE_URL",
        "PG",
        "POSTGRES",
        "TIPG_",
        "PYGEOAPI_",
        "PYTHON",
        "WEB_CONCURRENCY",
        "NODE_OPTIONS",
        "DEBUG",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _parts(dsn: str) -> dict[str, str]:
    given = conninfo_to_dict(dsn)
    names = {"host": "localhost", "port": "5432", "dbname": "", "user": "", "password": ""}
    return {name: str(given.get(name) or usual) for name, usual in names.items()}


def _uri(dsn: str) -> str:
    """The same address with the socket's folder in the place of the host, where tipg's settings insist on one."""
    given = {name: quote(value, safe="") for name, value in _parts(dsn).items()}
    secret = f":{given['password']}" if given["password"] else ""
    return f"postgresql://{given['user']}{secret}@{given['host']}:{given['port']}/{given['dbname']}"
