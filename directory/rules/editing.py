"""Who may change what of the directory. Listings are public, so that one exists is no secret; changing it is."""

from collections.abc import Collection

from core.security import Role

_EVERY = frozenset({Role.steward, Role.system})
# Terms that an organisation states of itself, and that somebody of the community confirms.
REVIEWED = frozenset({"PEER_RUN", "GRASSROOTS"})


def may_edit_any(roles: Collection[Role]) -> bool:
    """Whether one of these roles may change every listing."""
    return not _EVERY.isdisjoint(roles)


def may_edit_some(roles: Collection[Role]) -> bool:
    """Whether one of these roles may change a listing at all."""
    return may_edit_any(roles) or Role.provider_manager in roles


def may_edit(roles: Collection[Role], *, answers: bool) -> bool:
    """Whether these roles may change a listing. `answers`: the agency they are held in answers for it."""
    return may_edit_any(roles) or (answers and Role.provider_manager in roles)


def may_review(roles: Collection[Role], *, answers: bool) -> bool:
    """Whether these roles may confirm for the community; never where their own agency answers for the listing."""
    return Role.reviewer in roles and not answers


def in_what_capacity(roles: Collection[Role]) -> str:
    """As whom somebody states an attribute: for the directory, or for the organisation itself."""
    return "steward" if may_edit_any(roles) else "organisation"
