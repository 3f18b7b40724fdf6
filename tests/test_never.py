"""What no file of ours does, looked for in the files themselves: the ways in which whole classes of holes begin."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import PROJECT, SOURCES

pytestmark = pytest.mark.security

WEB = PROJECT / "api" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted(file for file in (WEB / "static").rglob("*.js") if "vendor" not in file.parts)
# Text that is run, objects that are made of text, text that a shell reads, and random numbers that can be foreseen.
MODULES = {
    "pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml", "random", "telnetlib", "ftplib", "ldap", "ldap3",
    "xml", "lxml", "defusedxml", "commands", "pty", "memcache", "pymemcache",
}  # fmt: skip
CALLS = {"eval", "exec", "compile", "os.system", "os.popen", "Markup", "markupsafe.Markup", "tempfile.mktemp"}
WEAK = {"md4", "md5", "sha1", "ripemd160"}
CIPHERS = {"ECB", "CBC", "ARC4", "TripleDES", "Blowfish", "PKCS1v15"}


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_named(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _found(tree: ast.AST) -> Iterator[str]:
    for name in _imported(tree):
        if name.split(".")[0] in MODULES:
            yield f"imports {name}"
        if name.rpartition(".")[2] in CIPHERS:
            yield f"uses {name}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, given = _named(node.func), {one.arg: one.value for one in node.keywords}
        if name in CALLS:
            yield f"calls {name}"
        if "shell" in given:
            yield f"calls {name} with a shell"
        security = given.get("usedforsecurity")
        if name.rpartition(".")[2] in WEAK and not (isinstance(security, ast.Constant) and security.value is False):
            yield f"calls {name}"
        if name.rpartition(".")[2] in CIPHERS:
            yield f"calls {name}"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_no_source_runs_text_reads_objects_or_draws_what_can_be_foreseen(file: Path) -> None:
    assert list(_found(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    "text",
    ["import pickle", "from xml.etree import ElementTree", "eval('1')", "import os\nos.system('ls')",
     "run('ls', shell=True)", "import random", "from hashlib import md5\nmd5(b'')", "import hashlib\nhashlib.sha1(b'')",
     "from cryptography.hazmat.primitives.ciphers.modes import ECB", "modes.CBC(b'')", "Markup('<b>')"],
)  # fmt: skip
def test_the_search_finds_what_it_is_for(text: str) -> None:
    assert list(_found(ast.parse(text)))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_page_writes_unescaped_text_or_holds_a_script_or_a_style(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape|javascript:|\son\w+\s*=|\sstyle\s*=", text)
    for script in re.findall(r"<script[^>]*>.*?</script>", text, re.DOTALL):
        assert re.fullmatch(r'<script src="/static/[\w./-]+"( nonce="{{ nonce }}")?( defer)?></script>', script), script
    assert "<style" not in text
    assert not re.search(r'(src|href)="(https?:)?//(?!www\.weather\.gov/)', text), "nothing is loaded from elsewhere"


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_writes_markup_keeps_anything_or_listens_to_other_pages(file: Path) -> None:
    found = re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage|sessionStorage"
        r"|indexedDB|document\.cookie|__proto__|\"message\"|postMessage|\.serviceWorker|Object\.assign",
        file.read_text(),
    )
    assert found is None, found


def test_there_are_pages_and_scripts_to_look_at() -> None:
    assert len(TEMPLATES) > 5
    assert len(SCRIPTS) > 0


def test_a_program_is_started_with_its_arguments_apart() -> None:
    started = [
        (file, node.args[0])
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and _named(node.func) in {"subprocess.run", "subprocess.Popen"}
    ]
    assert started
    for file, command in started:
        assert not isinstance(command, ast.Constant | ast.JoinedStr), f"{file}: {ast.unparse(command)}"
