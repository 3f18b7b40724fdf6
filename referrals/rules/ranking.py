"""Who is asked, best first; and why somebody is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from referrals.rules.reasons import PassedOver

# What search says of a service that it rules out, and what that is to the person.
_HIDDEN: Mapping[str, PassedOver] = {
    "closed": PassedOver.closed,
    "closes_soon": PassedOver.closed,
    "not_covering": PassedOver.out_of_area,
    "no_position": PassedOver.out_of_area,
    "police": PassedOver.police,
    "involuntary": PassedOver.locked,
    "full": PassedOver.full,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A service that search found. `kilometre`: how far, as a whole number; None of one that comes, or is called."""

    service_id: UUID
    group: str
    kilometre: int | None
    hours_known: bool = True
    police: int = 0
    voluntary: bool | None = None


def hidden_as(reason: str) -> PassedOver:
    """The reason of a candidate for a reason of search."""
    return _HIDDEN.get(reason, PassedOver.not_eligible)


def refused(found: Found, refuses: Collection[str], may_call: int) -> PassedOver | None:
    """Why the person would not have it; None where nothing that they refuse is known of it, or could be.

    `may_call`: the police level from which police may come; what is not stated counts as that.
    """
    if "locked" in refuses and found.voluntary is not True:
        return PassedOver.locked if found.voluntary is False else PassedOver.lock_unknown
    if "police" in refuses and found.police >= may_call:
        return PassedOver.police if found.police > may_call else PassedOver.police_unknown
    return None


def fairly(found: Sequence[Found], load: Mapping[UUID, int]) -> list[Found]:
    """Search's own order; of those it holds alike, within one kilometre, whoever was asked least lately first."""
    at = {one.service_id: index for index, one in enumerate(found)}
    first: dict[tuple[str, int | None], int] = {}
    for one in found:
        first.setdefault((one.group, one.kilometre), at[one.service_id])
    return sorted(
        found,
        key=lambda one: (first[one.group, one.kilometre], load.get(one.service_id, 0), at[one.service_id]),
    )
