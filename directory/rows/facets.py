"""What a row can be found by, as tags."""

from collections.abc import Iterable, Mapping, Sequence

from directory.rows.ways import Way
from directory.rules.fit import YES
from directory.rules.police import MAY_CALL, Path
from directory.rules.tags import Of, language_of, language_tag, tag
from directory.taxonomy import vocabulary

_KINDS = {code: term.number for code, term in vocabulary("kind").terms.items()}
_MODES = {code: term.number for code, term in vocabulary("mode").terms.items()}
_ATTRIBUTES = {code: term.number for code, term in vocabulary("attribute").terms.items()}
_WITHHELD = {code: term.number for code, term in vocabulary("withheld").terms.items()}
_HOLDS = {code: term.number for code, term in vocabulary("involuntary").terms.items()}


def kind_tag(kind: str, language: str | None = None) -> int:
    """The tag of a kind of service, also of a kind that speaks a language."""
    return tag(Of.kind if language is None else Of.kind_language, _KINDS[kind], language)


def mode_tag(mode: str, language: str | None = None) -> int:
    """The tag of a way to talk, also of one in a language."""
    return tag(Of.mode if language is None else Of.mode_language, _MODES[mode], language)


def attribute_tag(code: str, *, answer: str = YES) -> int:
    """The tag of an attribute answered so."""
    return tag(Of.yes if answer == YES else Of.no, _ATTRIBUTES[code])


def hold_tag(policy: str) -> int:
    """The tag of an involuntary-hold policy."""
    return tag(Of.hold, _HOLDS[policy])


def police_tag(level: int) -> int:
    """The tag of "some way there is stated to be at this level or below"; the filter looks at its date besides."""
    return tag(Of.police, level)


# Of what chose not to be shown to readers of the police: whoever wants no copies wants theirs least.
WITHHELD_TAGS = tuple(tag(Of.withheld, number) for number in _WITHHELD.values())
# Of a team that comes; the walk for teams is led to them by the index.
TEAM_TAG = tag(Of.team)


def bases(codes: Iterable[str]) -> list[str]:
    """The languages behind language codes, `es` for `es-MX`; what is no code of a language is left out."""
    return list(dict.fromkeys(base for code in codes if (base := language_of(code)) is not None))


def tags(
    kinds: Sequence[str],
    general: Sequence[str],
    ways: Sequence[Way],
    *,
    fit: Mapping[str, str],
    hold: str | None,
    paths: Sequence[Path],
    withheld: Sequence[str] = (),
) -> list[int]:
    """Every tag of a row. Pairs narrow the index where each alone is common and both together are rare.

    `general`: the languages of the service as a whole, which are those of a way in that states none of its own.
    """
    of_all = bases(general)
    languages = list(dict.fromkeys([*of_all, *(code for way in ways for code in bases(way.shown["languages"]))]))
    found = [kind_tag(kind) for kind in kinds]
    found += [language_tag(code) for code in languages]
    found += [kind_tag(kind, code) for kind in kinds for code in languages]
    for way in ways:
        answered = bases(way.shown["languages"]) or of_all
        for mode in way.modes:
            found += [mode_tag(mode), *(mode_tag(mode, code) for code in answered)]
    found += [attribute_tag(code, answer=answer) for code, answer in fit.items() if code in _ATTRIBUTES]
    found += [hold_tag(hold)] if hold else []
    found += [tag(Of.withheld, _WITHHELD[code]) for code in withheld if code in _WITHHELD]
    stated = min((path.known for path in paths if path.sure_until is not None), default=MAY_CALL)
    found += [police_tag(level) for level in range(stated, MAY_CALL)]
    return sorted(set(found))
