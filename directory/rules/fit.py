"""What is stated of a service, and what follows from it: yes, no, or not stated. Nothing follows from its kind."""

from collections.abc import Collection, Iterable, Mapping

YES, NO = "yes", "no"
_FROM = ("SELF", "FAMILY", "COMMUNITY", "MOBILE", "988", "WARM", "911", "ED", "POLICE", "CASE")
# If the first is stated so, the others follow, unless something else is stated of them.
_FOLLOWS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("POLICE_ONLY", YES): {
        "POLICE_DROPOFF": YES,
        "FROM.POLICE": YES,
        **dict.fromkeys(("WALK_IN", "VAN_DROPOFF", "EMS_DROPOFF", "COMES_TO_YOU"), NO),
        **{f"FROM.{who}": NO for who in _FROM if who != "POLICE"},
    },
    ("REFERRAL_REQUIRED", YES): {"FROM.SELF": NO, "FROM.FAMILY": NO},
    ("FROM.ANY", YES): {f"FROM.{who}": YES for who in _FROM},
    ("SOBRIETY_REQUIRED", YES): {"INTOXICATED_OK": NO},
    ("INTOXICATED_OK", YES): {"SOBRIETY_REQUIRED": NO},
    ("ALL_GENDERS", YES): {"WOMEN": YES, "MEN": YES},
}
# A way in that is listed is a statement too.
_MODE_SAYS = {"text": "TEXT", "chat": "CHAT", "tty": "TTY", "relay": "RELAY", "app": "MESSAGING_APP"}


def facts(answers: Iterable[tuple[str, str]], *, modes: Collection[str] = (), walk_in: bool = False) -> dict[str, str]:
    """Each attribute's one answer: what is stated, and what follows from that and from the ways in that are listed.

    `modes`: of all its ways in; `walk_in`: one of them is its door. What is answered both ways, be it by a way in that
    is listed, is not stated, and nothing that follows from elsewhere settles it: somebody has to ask. So it is where
    one thing that is stated would make it yes and another no.
    """
    said: dict[str, set[str]] = {}
    for code, answer in answers:
        said.setdefault(code, set()).add(answer)
    listed = [attribute for mode, attribute in _MODE_SAYS.items() if mode in modes]
    listed += ["WALK_IN"] if walk_in else []
    for code in listed:
        said.setdefault(code, set()).add(YES)
    known = {code: next(iter(both)) for code, both in said.items() if len(both) == 1}
    followed: dict[str, set[str]] = {}
    for premise, follows in _FOLLOWS.items():
        if known.get(premise[0]) == premise[1]:
            for code, answer in follows.items():
                followed.setdefault(code, set()).add(answer)
    return known | {code: next(iter(both)) for code, both in followed.items() if code not in said and len(both) == 1}


def age_stated(minimum: float | None, maximum: float | None, said: Mapping[str, str]) -> bool:
    """Whether it is known which ages are taken: a limit is stated, or that there is none."""
    return minimum is not None or maximum is not None or said.get("AGE_LIMITS") == NO


def strictest_hold(policies: Collection[str]) -> str | None:
    """The involuntary-hold policy that counts when several are stated: the strictest; None when none is."""
    known = sorted(policy for policy in policies if policy != "IU")
    return known[-1] if known else None
