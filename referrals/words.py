"""The notice that goes with what a person let somebody know: our own words, one file a language, every version kept."""

from functools import lru_cache
from importlib.resources import files

import orjson

NOTICE = "2026-11"  # the version that is shown with what is agreed to now; a new text is a new version
LANGUAGES = ("en", "es")


def notices(version: str) -> dict[str, str]:
    """The text of that version by language; of one that is not ours, the present one."""
    return {language: said.get(f"notice_{version}", said[f"notice_{NOTICE}"]) for language, said in _texts().items()}


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    folder = files(__package__).joinpath("texts")
    return {language: orjson.loads(folder.joinpath(f"{language}.json").read_bytes()) for language in LANGUAGES}
