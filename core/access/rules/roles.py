"""What each role may do with agencies, people and keys. The directory and referrals have tables of their own."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from core.security import GIVEN, Role


class Act(StrEnum):
    """An act on an agency's own accounts."""

    see_people = "see_people"
    invite = "invite"
    end_membership = "end_membership"
    see_keys = "see_keys"
    make_key = "make_key"
    end_key = "end_key"
    see_audit = "see_audit"
    see_clients = "see_clients"
    make_client = "make_client"
    end_client = "end_client"
    see_providers = "see_providers"
    make_provider = "make_provider"
    end_provider = "end_provider"
    see_holds = "see_holds"
    hold = "hold"
    break_glass = "break_glass"


_MAY: Mapping[Role, frozenset[Act]] = {
    Role.administrator: frozenset(Act),
    Role.provider_manager: frozenset({Act.see_people, Act.invite}),
    Role.steward: frozenset({Act.break_glass}),
    Role.system: frozenset(Act),
}
# A manager brings in staff; who holds more power than that is an administrator's to choose.
_INVITES: Mapping[Role, frozenset[Role]] = {
    Role.administrator: frozenset(GIVEN),
    Role.provider_manager: frozenset({Role.provider_staff}),
    Role.system: frozenset(GIVEN),
}


def may(roles: Collection[Role], act: Act) -> bool:
    """Whether one of these roles allows that act in their own agency."""
    return any(act in _MAY.get(role, ()) for role in roles)


def may_invite(roles: Collection[Role], to: Role) -> bool:
    """Whether one of these roles may give that role to somebody."""
    return any(to in _INVITES.get(role, ()) for role in roles)
