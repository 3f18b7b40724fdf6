"""An agency is no more: whoever was with it is with somebody again, and what was asked of it is asked of others."""

from uuid import UUID

from referrals.rules.acts.asking import advance, let_go
from referrals.rules.acts.passage import cancel, give_back
from referrals.rules.case import LIVE_OFFER, OVER
from referrals.rules.machines import REFERRAL, Offer
from referrals.rules.reasons import AGENCY_ENDED
from referrals.rules.turn import Turn


def agency_ended(turn: Turn, agency_id: UUID, *, referrer_ended: bool) -> None:
    """It answers nothing any more. The system's own to say.

    Whom it had, whoever referred them answers for again. What it referred is called off, but where another has the
    person: with them it goes on, until they, too, are no more.
    """
    theirs = [one for one in turn.case.offers.values() if one.agency_id == agency_id]
    if turn.case.status in REFERRAL["leave"].start and any(one.id == turn.case.winner for one in theirs):
        give_back(turn, AGENCY_ENDED, "leave")
    for one in theirs:
        status = turn.case.offers[one.id].status
        if status in LIVE_OFFER or status is Offer.accepted:
            turn.offer(one.id, "withdraw" if status in LIVE_OFFER else "release", reason=AGENCY_ENDED)
            let_go(turn, one.id, AGENCY_ENDED)
    answers = turn.case.accountable
    if turn.case.status not in OVER and answers is not None and answers.agency_id is not None and referrer_ended:
        cancel(turn, AGENCY_ENDED)
    else:
        advance(turn)
