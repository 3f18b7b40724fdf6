"""What the federal locator's categories say in our codes: only where its words leave no choice.

The same word means different things in different categories, so everything here is keyed (category, value). A facility
that lists "Psychiatric emergency walk-in services" may be an urgent care or a crisis centre, and a "Crisis intervention
team" may be clinicians or police: such values become no kind of ours, and stay as the source's own terms.
"""

from collections.abc import Collection

TAXONOMY = "samhsa"
SOURCE = "Federal treatment locator (findtreatment.gov)"
SOURCE_URL = "https://findtreatment.gov/"
Stated = Collection[tuple[str, str]]

# Each set of pairs that together say a kind.
KINDS: tuple[tuple[frozenset[tuple[str, str]], str], ...] = (
    (frozenset({("TC", "detoxification")}), "SITE.DETOX"),
    (frozenset({("SET", "residential detoxification")}), "SITE.DETOX"),
    (frozenset({("SET", "hospital inpatient detoxification")}), "SITE.DETOX"),
    (
        frozenset(
            {
                ("FT", "psychiatric hospital or psychiatric unit of a general hospital"),
                ("SET", "hospital inpatient"),
            }
        ),
        "SITE.INPT",
    ),
)

# What is stated of a facility, as yes unless it says no.
ATTRIBUTES: dict[tuple[str, str], tuple[str, str]] = {
    ("PAY", "medicaid"): ("PAYER.MEDICAID", "yes"),
    ("PAY", "medicare"): ("PAYER.MEDICARE", "yes"),
    ("PAY", "private health insurance"): ("PAYER.PRIVATE", "yes"),
    ("PAY", "military insurance (e.g., tricare)"): ("PAYER.MILITARY", "yes"),
    ("PAY", "no payment accepted"): ("FREE", "yes"),
    ("PYAS", "sliding fee scale (fee is based on income and other factors)"): ("SLIDING_FEE", "yes"),
    ("GN", "male"): ("MEN", "yes"),
    ("GN", "female"): ("WOMEN", "yes"),
    ("SG", "adult men"): ("MEN", "yes"),
    ("SG", "adult women"): ("WOMEN", "yes"),
    ("SG", "adolescents"): ("YOUTH", "yes"),
    ("SG", "transitional age young adults"): ("YOUTH", "yes"),
    ("SG", "pregnant/postpartum women"): ("PREGNANT", "yes"),
    ("SG", "seniors or older adults"): ("OLDER_ADULTS", "yes"),
    ("SG", "lesbian, gay, bisexual, or transgender (lgbt) clients"): ("LGBTQ", "yes"),
    ("SG", "veterans"): ("VETERANS", "yes"),
    ("SG", "active duty military"): ("VETERANS", "yes"),
    ("SL", "services for the deaf and hard of hearing"): ("DEAF", "yes"),
    ("SMP", "smoking not permitted"): ("SMOKING", "no"),
    ("SMP", "smoking permitted in designated area"): ("SMOKING", "yes"),
    ("FOP", "local, county, or community government"): ("GOVERNMENT", "yes"),
    ("FOP", "regional/district or county, local or municipal government"): ("GOVERNMENT", "yes"),
    ("FOP", "state government"): ("GOVERNMENT", "yes"),
    ("FOP", "federal government"): ("GOVERNMENT", "yes"),
    ("FOP", "tribal government"): ("TRIBAL_RUN", "yes"),
}

LANGUAGE_CATEGORIES = ("SL", "OL")
LANGUAGES = {
    "spanish": "es",
    "arabic": "ar",
    "any chinese language": "zh",
    "chinese": "zh",
    "creole": "ht",
    "farsi": "fa",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "hmong": "hmn",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "tagalog": "tl",
    "vietnamese": "vi",
}

# What a person reads before going, in the source's words.
ELIGIBILITY = {"AGE": "Ages accepted", "GN": "Gender accepted", "SG": "Programmes for", "EXCL": "Only for"}
DESCRIPTION = ("TC", "SET", "FT", "EMS")


def kinds(stated: Stated) -> tuple[str, ...]:
    """Our kinds that these values say for certain; usually none."""
    folded = {(category, value.lower()) for category, value in stated}
    return tuple(dict.fromkeys(kind for needs, kind in KINDS if needs <= folded))


def attributes(stated: Stated) -> dict[str, str]:
    """Our attributes that these values state, with the answer; contradicting ones say nothing."""
    found: dict[str, set[str]] = {}
    for category, value in stated:
        if (said := ATTRIBUTES.get((category, value.lower()))) is not None:
            found.setdefault(said[0], set()).add(said[1])
    return {code: answers.pop() for code, answers in found.items() if len(answers) == 1}
