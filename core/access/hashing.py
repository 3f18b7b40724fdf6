"""Passwords as argon2 hashes, worked out beside the event loop: one takes as long as many searches."""

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Somebody who tries a thousand passwords at once waits in line, and takes no memory meanwhile.
_AT_ONCE = CapacityLimiter(2)
# What is looked at where there is no such account, so that it takes as long.
_NOBODY = _hasher.hash("nobody's password")


async def password_hash(password: str) -> str:
    """What is kept of a password."""
    return await anyio.to_thread.run_sync(_hasher.hash, password, limiter=_AT_ONCE)


async def is_password(password: str, kept: str | None) -> bool:
    """Whether that is the password; of no account it is never, and takes as long."""
    return await anyio.to_thread.run_sync(_verify, password, kept, limiter=_AT_ONCE)


def is_outdated(kept: str) -> bool:
    """Whether a hash should be made anew, for today's costs, while the password is at hand."""
    return _hasher.check_needs_rehash(kept)


def _verify(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
