"""What counties are called: the file says Denver, people and files say Denver County."""

_PARISHES, _MUNICIPIOS = "22", "72"
_ALASKA = "02"
_CENSUS_AREAS = {"016", "050", "070", "105", "158", "180", "198", "240", "261", "290"}
_MUNICIPALITIES = {"020", "230"}
_CITY_AND_BOROUGHS = {"110", "220", "275", "282"}
# Districts and islands of the territories, and what is no county at all, go by their bare names.
_BARE = {"11", "60", "66", "78"}
_NORTHERN_MARIANAS = "69"
# In Maryland, Missouri, Nevada and Virginia numbers from here on are cities that belong to no county.
_CITIES_FROM = "510"
_WITH_CITIES = {"24", "29", "32", "51"}


def full_name(fips: str, name: str) -> str:
    """A county's whole name, by its number and its bare name: Orleans Parish, Fairfax city, Doña Ana County."""
    state, number = fips[:2], fips[2:]
    if state in _BARE or name.endswith(" City"):  # Carson City
        return name
    if state in _WITH_CITIES and number >= _CITIES_FROM:
        return f"{name} city"
    return f"{name} {_kind(state, number)}"


def _kind(state: str, number: str) -> str:
    if state == _ALASKA:
        if number in _CENSUS_AREAS:
            return "Census Area"
        if number in _CITY_AND_BOROUGHS:
            return "City and Borough"
        return "Municipality" if number in _MUNICIPALITIES else "Borough"
    return {_PARISHES: "Parish", _MUNICIPIOS: "Municipio", _NORTHERN_MARIANAS: "Municipality"}.get(state, "County")
