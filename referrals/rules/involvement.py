"""Police involvement: why somebody asked for police, what was tried before, whether the person was told, what came."""

from enum import StrEnum


class Ground(StrEnum):
    """Why police were asked for."""

    imminent_harm = "imminent_harm"
    medical = "medical"
    asked_by_person = "asked_by_person"
    law = "law"


class Tried(StrEnum):
    """What was tried before."""

    talked = "talked"
    supporter_called = "supporter_called"
    team_without_police = "team_without_police"
    other_place = "other_place"
    ambulance_alone = "ambulance_alone"
    waited = "waited"
    left_alone = "left_alone"
    nothing_possible = "nothing_possible"


class PersonTold(StrEnum):
    """Whether the person was told before it was done, and why not."""

    yes = "yes"
    no_unsafe = "no_unsafe"
    no_time = "no_time"
    no_other = "no_other"


class Came(StrEnum):
    """What came of it."""

    did_not_come = "did_not_come"
    left_again = "left_again"
    transport = "transport"
    hold = "hold"  # held against their will, for care
    arrest = "arrest"
    force = "force"
    other = "other"
