"""ZIPs and towns, to find a point by its name: from the zipcodes package, which carries public postal data."""

from collections import defaultdict

import zipcodes

from directory import PlaceIn

# Post offices of the armed forces are counted as American ones wherever they stand.
_ABROAD = frozenset({"AA", "AE", "AP"})


def postal_places() -> list[PlaceIn]:
    """Every ZIP of the United States that has a point, and every town, at the middle of its ZIPs.

    Reading the package's list costs a second and some 140 MB: this runs in a command, never in a worker of the API.
    A town's weight is its number of ZIPs, so that the larger of two namesakes comes first.
    """
    found: list[PlaceIn] = []
    towns: defaultdict[tuple[str, str], list[tuple[float, float, bool]]] = defaultdict(list)
    for row in zipcodes.list_all():  # type: ignore[no-untyped-call]
        latitude, longitude, state = float(row["lat"] or 0), float(row["long"] or 0), row["state"]
        if (latitude, longitude) == (0, 0) or state in _ABROAD:
            continue
        found.append(
            PlaceIn(kind="zip", name=row["zip_code"], state=state, latitude=latitude, longitude=longitude, weight=1)
        )
        towns[row["city"], state].append((latitude, longitude, row["active"]))
    for (name, state), points in sorted(towns.items()):
        standing = [point for point in points if point[2]] or points
        found.append(
            PlaceIn(
                kind="city",
                name=name,
                state=state,
                latitude=round(sum(point[0] for point in standing) / len(standing), 5),
                longitude=round(sum(point[1] for point in standing) / len(standing), 5),
                weight=len(standing),
            )
        )
    return found
