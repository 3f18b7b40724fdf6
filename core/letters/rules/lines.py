"""Names and addresses from outside, made harmless: one line, and shown in the order it is written."""

import re
from unicodedata import category

# They turn the direction of what follows, so that a name could make a link read as another.
_TURNS = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_BREAKS = {"Cc", "Cs", "Zl", "Zp"}
_MAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"\x00-\x1f\x7f]+@[^@\s,;:<>()\[\]\\\"\x00-\x1f\x7f]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_ADDRESS = 254


def one_line(text: str) -> str:
    """The same on one line: a header, and a paragraph, end where we end them."""
    told = "".join(" " if category(sign) in _BREAKS else sign for sign in text.translate(_TURNS))
    return " ".join(told.split())


def shortened(text: str, length: int) -> str:
    """At most so many characters, with dots where something was left out."""
    return text if len(text) <= length else text[: max(length - 3, 0)].rstrip() + "..."


def is_mail_address(text: str) -> bool:
    """Whether a mail can be addressed with it, to one and nobody else."""
    return len(text) <= _LONGEST_ADDRESS and _MAIL.fullmatch(text) is not None


def is_phone_number(text: str) -> bool:
    """Whether it is a number with its country, as +13035550101."""
    return _PHONE.fullmatch(text) is not None
