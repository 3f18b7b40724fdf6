"""Whether a point lies in a named area, as far as that can be told without an outline."""

from core.geo import Point

# South, west, north, east. Coarse on purpose: near a border they reach into a neighbour.
_UNITED_STATES = (
    (24.3, -125.0, 49.5, -66.8),  # the contiguous states
    (51.0, -180.0, 71.6, -129.9),  # Alaska
    (51.0, 172.0, 54.0, 180.0),  # its islands beyond the date line
    (18.8, -178.5, 28.6, -154.7),  # Hawaii
    (17.6, -68.0, 18.7, -64.5),  # Puerto Rico and the Virgin Islands
    (13.1, 144.5, 20.7, 146.2),  # Guam and the Northern Marianas
    (-14.7, -171.2, -10.9, -168.0),  # American Samoa
)


def in_united_states(at: Point) -> bool:
    """Whether national services of the United States and its territories may be meant for somebody there."""
    return any(
        south <= at.latitude <= north and west <= at.longitude <= east for south, west, north, east in _UNITED_STATES
    )
