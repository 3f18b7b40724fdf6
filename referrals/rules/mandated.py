"""What a law bids somebody to report: to whom, why, and the least that has to be told. Codes, and no free text."""

from enum import StrEnum


class Recipient(StrEnum):
    """Who was told."""

    child_protection = "child_protection"
    adult_protection = "adult_protection"
    homes_oversight = "homes_oversight"  # of places where people live and are cared for
    public_health = "public_health"
    police = "police"
    person_in_danger = "person_in_danger"


class Duty(StrEnum):
    """What the law bids to report."""

    child_abuse = "child_abuse"
    child_neglect = "child_neglect"
    adult_abuse = "adult_abuse"
    adult_neglect = "adult_neglect"
    exploitation = "exploitation"
    warning = "warning"  # somebody said whom they will hurt
    injury = "injury"
    disease = "disease"


class Fact(StrEnum):
    """What was told of the person, as a kind and not what it was."""

    name = "name"
    age = "age"
    whereabouts = "whereabouts"
    contact = "contact"
    what_happened = "what_happened"
    who_did_it = "who_did_it"
    health = "health"
