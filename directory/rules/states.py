"""The states and territories of the United States, as letters, numbers and names."""

from directory.rules.names import fold

# Postal code -> FIPS number and name; names are the Census Bureau's, plus those in use beside them.
STATES: dict[str, tuple[str, str]] = {
    "AL": ("01", "Alabama"), "AK": ("02", "Alaska"), "AZ": ("04", "Arizona"), "AR": ("05", "Arkansas"),
    "CA": ("06", "California"), "CO": ("08", "Colorado"), "CT": ("09", "Connecticut"), "DE": ("10", "Delaware"),
    "DC": ("11", "District of Columbia"), "FL": ("12", "Florida"), "GA": ("13", "Georgia"), "HI": ("15", "Hawaii"),
    "ID": ("16", "Idaho"), "IL": ("17", "Illinois"), "IN": ("18", "Indiana"), "IA": ("19", "Iowa"),
    "KS": ("20", "Kansas"), "KY": ("21", "Kentucky"), "LA": ("22", "Louisiana"), "ME": ("23", "Maine"),
    "MD": ("24", "Maryland"), "MA": ("25", "Massachusetts"), "MI": ("26", "Michigan"), "MN": ("27", "Minnesota"),
    "MS": ("28", "Mississippi"), "MO": ("29", "Missouri"), "MT": ("30", "Montana"), "NE": ("31", "Nebraska"),
    "NV": ("32", "Nevada"), "NH": ("33", "New Hampshire"), "NJ": ("34", "New Jersey"), "NM": ("35", "New Mexico"),
    "NY": ("36", "New York"), "NC": ("37", "North Carolina"), "ND": ("38", "North Dakota"), "OH": ("39", "Ohio"),
    "OK": ("40", "Oklahoma"), "OR": ("41", "Oregon"), "PA": ("42", "Pennsylvania"), "RI": ("44", "Rhode Island"),
    "SC": ("45", "South Carolina"), "SD": ("46", "South Dakota"), "TN": ("47", "Tennessee"), "TX": ("48", "Texas"),
    "UT": ("49", "Utah"), "VT": ("50", "Vermont"), "VA": ("51", "Virginia"), "WA": ("53", "Washington"),
    "WV": ("54", "West Virginia"), "WI": ("55", "Wisconsin"), "WY": ("56", "Wyoming"),
    "AS": ("60", "American Samoa"), "GU": ("66", "Guam"), "MP": ("69", "Northern Mariana Islands"),
    "PR": ("72", "Puerto Rico"), "VI": ("78", "U.S. Virgin Islands"),
}  # fmt: skip
_ALSO = {
    "commonwealth of the northern mariana islands": "MP", "united states virgin islands": "VI", "virgin islands": "VI",
    "washington d c": "DC", "washington dc": "DC", "d c": "DC", "nuevo mexico": "NM", "nueva york": "NY",
    "carolina del norte": "NC", "carolina del sur": "SC",
}  # fmt: skip
_BY_FIPS = {fips: code for code, (fips, _) in STATES.items()}
_BY_NAME = {fold(name): code for code, (_, name) in STATES.items()} | _ALSO


def by_code(said: str) -> str | None:
    """The postal code, when it is one: `co` and `CO`."""
    code = said.strip().upper()
    return code if code in STATES else None


def by_fips(said: str) -> str | None:
    """The postal code of the state with that number of two digits."""
    return _BY_FIPS.get(said)


def by_name(said: str) -> str | None:
    """The postal code of the state with that whole name."""
    return _BY_NAME.get(fold(said))


def state_of(said: str) -> str | None:
    """The postal code of a state by its letters or its name."""
    return by_code(said) or by_name(said)
