"""House rules that the import linter, ruff and mypy cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGES = ("api", "core", "directory", "importers", "referrals")
SOURCES = [file for package in PACKAGES for file in (PROJECT / package).rglob("*.py")]
TESTS = list((PROJECT / "tests").rglob("*.py"))
# Below the edges nobody commits: whoever opened the transaction ends it.
BELOW_THE_EDGES = ("core", "directory", "referrals")
CLOCK = PROJECT / "core" / "clock.py"
REFUSED_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def _calls(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_source_file_keeps_the_rules(file: Path) -> None:
    lines = file.read_text().count("\n")
    assert lines <= 400, f"{lines} lines: split it by what it is about"
    assert file.stem not in REFUSED_NAMES
    if file.relative_to(PROJECT).parts[0] in BELOW_THE_EDGES:
        committing = [line for line, name in _calls(file) if name == "commit"]
        assert not committing, f"line {committing}: the edge's `transaction()` commits"
    if file != CLOCK:
        asking = [line for line, name in _calls(file) if name in {"utcnow", "today"}]
        assert not asking, f"line {asking}: only core/clock.py asks what time it is"
        assert "datetime.now(" not in file.read_text()


@pytest.mark.parametrize("file", TESTS, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_test_file_stays_readable(file: Path) -> None:
    assert file.read_text().count("\n") <= 600


def test_one_file_alone_asks_other_servers() -> None:
    """`up` asks its own API whether it is ready, and SMTP is no HTTP."""
    ways = {"httpx", "httpcore", "urllib.request", "http.client", "aiohttp", "requests"}
    found = {str(file.relative_to(PROJECT)) for file in SOURCES if _imported(file) & ways}
    assert found == {"core/outgoing.py", "api/up.py"}


# What is sealed of people opens for whom the registry names (`core.personal.shown`), and besides, for what is shown to
# nobody or to themselves alone.
OPENED_OTHERWISE = {
    "core/personal.py": "the one that asks the registry",
    "core/resealing.py": "and seals it again",
    "core/replies/service.py": "the very answer, for who asked",
    "core/letters/service/sending.py": "to send it",
    "core/access/service/telling.py": "to write to them",
    "core/access/service/proofs.py": "to compare a code; to write to the caller",
    "core/access/service/signing_in.py": "their own, to compare a password with it",
    "core/access/service/linking.py": "to compare an address; what only we and the provider know",
    "core/access/service/agencies.py": "an invitation, for who holds its link",
    "referrals/service/webhooks.py": "an agency's own secret, to seal it as the one before",
    "referrals/service/delivering.py": "the same, to sign with it",
    "core/access/queries.py": "whether the ring opens anything at all",
}


def test_what_is_sealed_opens_in_these_files_alone() -> None:
    found = {str(file.relative_to(PROJECT)) for file in SOURCES if "ring.open(" in file.read_text()}
    assert found == OPENED_OTHERWISE.keys()


def _imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return found | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


def test_files_are_small_as_a_rule() -> None:
    lengths = sorted(file.read_text().count("\n") for file in SOURCES)
    assert lengths[len(lengths) // 2] <= 110
    assert lengths[int(len(lengths) * 0.9)] <= 250


def test_migrations_import_nothing_of_ours() -> None:
    for file in (PROJECT / "alembic" / "versions").glob("*.py"):
        tree = ast.parse(file.read_text())
        imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        imported |= {name.name for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
        assert not [name for name in imported if name and name.split(".")[0] in PACKAGES]
        said = ast.get_docstring(tree) or ""
        assert said.startswith(("expand:", "contract:", "backfill:"))
        assert "lock_timeout" in file.read_text()


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for file in PROJECT.glob("requirements*.txt"):
        text = file.read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert all(line.rstrip().endswith("\\") for line in pinned), "every package has its hashes"
    for lock in PROJECT.glob("tests/**/package-lock.json"):
        if "node_modules" not in lock.parts:
            assert '"resolved"' not in lock.read_text()


def test_every_front_door_name_is_exported_in_order() -> None:
    import directory  # noqa: PLC0415 - looked at, not used

    assert list(directory.__all__) == sorted(directory.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(directory, name) for name in directory.__all__)
