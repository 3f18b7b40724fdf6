"""How much of a password whoever guesses would have to find out, once they have tried what everybody does.

A list of the passwords that were most often found holds few as long as ours have to be. What those consist of is the
same few things: a common word, a row of keys, a year, and all of it once more. So what can be explained by these is
taken away, and what is left is counted. No kind of character is asked for, and none is refused.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache

# What people put into passwords more than anything else, in the languages that we speak.
_COMMON = """
password passwort contrasena clave secret secreto letmein welcome bienvenido login signin admin administrator root user
usuario guest default change changeme changeit master test testing temp trust trustno access abcdef computer internet
windows android samsung google facebook instagram twitter youtube hotmail gmail yahoo apple microsoft linux server
system office company business security private public hello hola goodbye sunshine princess princesa prince queen king
dragon monkey tiger lion eagle shadow batman superman spiderman ironman pokemon pikachu naruto starwars star wars matrix
football futbol soccer baseball basketball hockey liverpool arsenal chelsea barcelona madrid lakers yankees cowboys
iloveyou loveyou love lover lovely forever always beautiful beauty angel baby babygirl babyboy girl boy sexy hottie
heart corazon amor teamo amo amigo amiga friend friends family familia mother father mommy daddy brother sister mama
papa jesus christ cristo god dios heaven bless faith church michael michelle jennifer jessica ashley daniel david
andrew anthony matthew joshua james robert william thomas charlie george jordan justin nicole amanda samantha maria
alejandro alejandra alexander carlos fernando gabriel miguel antonio patricia veronica claudia andrea natalia carolina
daniela fernanda elizabeth victoria christian steven richard joseph benjamin jonathan summer winter spring autumn
january february march april june july august september october november december monday tuesday wednesday thursday
friday saturday sunday flower butterfly mariposa cookie chocolate cheese coffee banana orange cherry pepper ginger
purple yellow green black white silver golden diamond crystal rainbow thunder lightning storm freedom liberty america
american mexico california texas colorado newyork london paris money dollar million lucky number seven music guitar
rock metal metallica blink slipknot hunter ranger killer hacker ninja pirate wizard magic merlin gandalf mustang
ferrari porsche mercedes corvette harley yamaha honda toyota chevy ford nothing whatever fuck fucker fuckyou asshole
bitch pussy pass word please open sesame qwerty asdf zxcv the you and for me my are best cool super happy smile
playboy player game gamer gamers minecraft fortnite warcraft counter strike call duty
"""
# Who we are and what we do, which is what whoever means us would try. `docs/safeguards.md` says so.
CONTEXT = """
doorlight door light lamplight agency agencia responder responders crisis refuge shelter refugio albergue respite
sobering warmline hotline helpline outreach handoff directory steward reviewer evaluator manager provider staff police
policia dispatch emergency emergencia mental health salud behavioral recovery detox peer care team community helper
"""
_TRACKS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "147258369", "159753", "!@#$%^&*()",
    "a1b2c3d4e5f6g7h8i9", "q1w2e3r4t5y6u7i8o9p0", "zaq1xsw2cde3vfr4bgt5nhy6mju7", "789456123", "qweasdzxc",
    "0123456789", "qwaszxerdfcvtyghbn", "qawsedrftgyhujikolp", "a1s2d3f4g5h6j7k8l9", "z1x2c3v4b5n6m7",
    "12qw34er56ty", "1a2s3d4f5g6h7j8k9l", "010203040506070809", "102030405060708090", "112233445566778899",
    "12121212", "qqwweerrttyy", "aabbccddeeff",
)  # fmt: skip
_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")
_SHORTEST_PART = 3


def unexplained(password: str, *, about: Collection[str] = ()) -> float:
    """How many characters are left that nothing common explains; digits, of which there are ten, count half.

    `about`: words that whoever knows this person would try.
    """
    plain = password.casefold()
    spelled = plain.translate(_LOOKS_LIKE)
    known = set[int]()
    for word in {*_words(), *(one.casefold() for one in about)}:
        if len(word) >= _SHORTEST_PART or word in {"me", "my"}:
            for text in (plain, spelled):
                known.update(_found(word, text))
    for start in range(len(plain)):
        known.update(range(start, start + _run(plain, start)))
        known.update(range(start, start + _once_more(plain, start)))
    return sum(0.5 if sign.isdigit() else 1 for place, sign in enumerate(plain) if place not in known)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(f"{_COMMON} {CONTEXT}".split())


def _found(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield from range(at, at + len(word))
        at = text.find(word, at + 1)


def _run(text: str, start: int) -> int:
    """How far the keys go on as on a board, an alphabet, or one key held down; 0 where that is not far."""
    longest = len(text[start:]) - len(text[start:].lstrip(text[start]))
    for track in _both_ways():
        length = longest + 1
        while start + length <= len(text) and text[start : start + length] in track:
            longest, length = length, length + 1
    return longest if _is_long(text[start : start + longest]) else 0


@lru_cache(maxsize=1)
def _both_ways() -> tuple[str, ...]:
    return (*_TRACKS, *(track[::-1] for track in _TRACKS))


def _once_more(text: str, start: int) -> int:
    """How much of what comes here was there before."""
    length = 0
    while start + length < len(text) and text[start : start + length + 1] in text[:start]:
        length += 1
    return length if _is_long(text[start : start + length]) else 0


def _is_long(part: str) -> bool:
    """Of ten digits, three in a row are met by chance."""
    return len(part) >= _SHORTEST_PART + part.isdigit()
