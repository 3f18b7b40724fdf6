"""Packages without root: once, whole or not at all, and nowhere but in the cache."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import packages
from core.packages import trees
from core.packages.trees import Bundle

from .acting import silent

PROJECT = Path(__file__).parents[2]
PIP = Bundle("pip", ("python3-pip-whl",))
FETCH = """
import sys
from pathlib import Path
from core import packages
print(packages.pip_wheel(lambda line: print(line, file=sys.stderr), cache=Path(sys.argv[1])))
"""

pytestmark = pytest.mark.skipif(not packages.supported(), reason="needs apt and dpkg")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of our own, so that the lists are fetched once for this module and never mixed with the user's."""
    made = tmp_path_factory.mktemp("cache")
    packages.pip_wheel(silent, cache=made)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def place(cache: Path) -> Path:
    """Where its trees stand; empty again for each test."""
    found = cache / trees.distribution()
    shutil.rmtree(found)
    return found


def fetch(cache: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FETCH, str(cache)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT)


def test_two_that_ask_at_once_fetch_once(cache: Path, place: Path) -> None:
    answers = [one.communicate(timeout=60) for one in (fetch(cache), fetch(cache))]
    paths = {out for out, _ in answers}
    assert len(paths) == 1
    assert Path(paths.pop().strip()).is_file()
    assert sum("Downloading" in said for _, said in answers) == 1


def test_a_kill_in_the_middle_leaves_nothing_that_looks_whole(cache: Path, place: Path) -> None:
    victim = fetch(cache)
    limit = time.monotonic() + 30
    while not list(place.glob(".pip.part-*")):
        assert time.monotonic() < limit
        time.sleep(0.002)
    victim.kill()
    victim.communicate()
    assert not (place / "pip").exists()
    assert packages.pip_wheel(silent, cache=cache).is_file()
    assert not list(place.glob(".pip.part-*"))
    assert not list((cache / "apt").glob("debs-*"))


def test_a_tree_without_its_stamp_is_made_anew(cache: Path, place: Path) -> None:
    wheel = packages.pip_wheel(silent, cache=cache)
    (place / "pip" / trees.STAMP).unlink()
    wheel.unlink()
    assert packages.pip_wheel(silent, cache=cache) == wheel
    assert wheel.is_file()


def test_a_program_whose_library_left_the_machine_is_not_taken_for_whole(cache: Path, place: Path) -> None:
    program = place / "thing/bin/program"
    program.parent.mkdir(parents=True)
    shutil.copy("/usr/bin/env", program)
    (place / "thing" / trees.STAMP).write_text(json.dumps({"libraries": ["lib"], "packages": []}))
    bundle = Bundle("thing", ("coreutils",), ("bin/program",))
    assert trees.unpacked(bundle, silent, cache=cache).root == place / "thing"
    broken = program.read_bytes().replace(b"libc.so.6", b"libz.so.9")
    program.write_bytes(broken)
    remade = trees.unpacked(Bundle("thing", ("coreutils",), ("usr/bin/env",)), silent, cache=cache)
    assert not (remade.root / "bin/program").exists()


def test_an_unknown_package_is_one_line(cache: Path, place: Path) -> None:
    with pytest.raises(packages.PackagesError, match="no-such-package") as refused:
        trees.unpacked(Bundle("none", ("no-such-package",), ("bin/none",)), silent, cache=cache)
    assert "\n" not in str(refused.value)
    assert not list(place.iterdir())


def test_the_machines_hooks_are_left_out_of_our_settings(cache: Path) -> None:
    settings = (cache / "apt/apt.conf").read_text()
    assert "Invoke" not in settings
    assert f'Dir::State::lists "{cache}/apt/lists";' in settings


def test_without_ensurepip_the_environment_is_made_with_the_distributions_pip(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for folder in ("script", "core/packages"):
        shutil.copytree(PROJECT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (clone / "core/__init__.py").touch()
    (clone / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "doorlight"\nversion = "0"\n[tool.hatch.build]\npackages = ["core"]\n'
    )
    wanted = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
    locked = (PROJECT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    lock = "\n".join(line for line in locked if line.startswith(wanted))
    for name in ("requirements.txt", "requirements-test.txt"):
        (clone / name).write_text(lock)
    hidden = tmp_path / "hidden/ensurepip"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError('split off')\n")
    base = Path(sys.base_prefix) / "bin/python3"
    environment = {**os.environ, "PYTHONPATH": str(hidden.parent), "DOORLIGHT_PYTHON": str(base)}
    made = subprocess.run(["script/setup"], cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Installing pip from" in made.stdout
    again = subprocess.run(["script/setup"], cwd=clone, capture_output=True, text=True, check=True)
    assert again.stdout == ""
