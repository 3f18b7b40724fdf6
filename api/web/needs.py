"""What somebody may need, in plain words: each need is a handful of kinds of service."""

NEEDS: dict[str, tuple[str, ...]] = {
    "talk": ("LINE.988", "LINE.CRISIS", "LINE.WARM", "LINE.IDENT", "LINE.INFO"),
    "team": (
        "MOBILE.COMM",
        "MOBILE.CLIN",
        "MOBILE.PEER",
        "MOBILE.VOL",
        "MOBILE.PARA",
        "MOBILE.OUT",
        "MOBILE.CORESP",
        "TRANSPORT",
    ),
    "place": (
        "SITE.WALKIN",
        "SITE.LIVING",
        "SITE.URGENT",
        "SITE.SOBER",
        "SITE.OBS23",
        "SHELTER.WX",
        "SITE.ED",
    ),
    "bed": (
        "SITE.RESPITE",
        "SITE.CSU",
        "SITE.DETOX",
        "SHELTER.ADULT",
        "SHELTER.FAM",
        "SHELTER.YOUTH",
        "SITE.INPT",
    ),
    "harm": ("HARM.NALOX", "HARM.OD", "HARM.SSP"),
    "safety": ("DV.LINE", "DV.SHELTER"),
    "everyday": ("DAY.DROPIN", "COMM.MUTUAL", "HOUSING.NAV", "COMM.LEGAL", "COMM.CULT", "CARE.BRIDGE"),
}
# Where somebody stays, so that it matters how many places are free.
BEDS = frozenset({*NEEDS["bed"], "SITE.SOBER", "SITE.OBS23", "SHELTER.WX", "DV.SHELTER"})
ANY = "any"
TILES = (*NEEDS, ANY)
# What people ask for most when they know what they need; the search takes every attribute.
ATTRIBUTES = (
    "INTOXICATED_OK",
    "WHEELCHAIR",
    "FAMILIES",
    "PARTNERS",
    "PETS",
    "MINORS_ALONE",
    "TRANS_INCLUSIVE",
    "NO_ID",
    "NO_INSURANCE",
    "FREE",
    "IMMIGRATION.NEVER_ASKED",
    "INTERPRETER",
    "QUIET_ROOM",
    "FOOD",
)
# Conditions that keep people away, and what some had enough of: asked not to be there.
LIMITS = (
    "SOBRIETY_REQUIRED",
    "REFERRAL_REQUIRED",
    "APPOINTMENT",
    "MEDICAL_CLEARANCE",
    "MUST_WALK",
    "RESIDENCY_RULE",
    "CONVICTION_LIMITS",
    "MANDATED_REPORTING",
    "RESTRAINT",
    "FAITH_BASED",
    "POLICE_RUN",
)


def need_of(kind: str) -> str:
    """The need that a kind belongs to."""
    return next((need for need, kinds in NEEDS.items() if kind in kinds), ANY)
