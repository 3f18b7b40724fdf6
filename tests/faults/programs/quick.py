"""The service as it is, in a hurry: what shows after half a minute shows after a second or two.

`python -m tests.faults.programs.quick serve`, or `work` or `clock`. Only waits are shorter, nothing is left out.
"""

from datetime import timedelta

import procrastinate

from api import jobs as wiring
from api.cli import background, main
from core import election, jobs, working
from core.letters.rules import tries
from core.letters.service import sending
from referrals.rules import webhooks
from referrals.service import delivering

LEASE = timedelta(seconds=2)
HEARTBEAT_S, DEAD_S, RESCUE_S, AGAIN_S = 0.3, 2.0, 0.5, 0.2
TICK = timedelta(seconds=1)
QUICK = ("send_letters", "seal_audit", "referral_timers", "referral_outbox", "send_webhooks")
WAITS = (timedelta(0), timedelta(seconds=0.3), timedelta(seconds=0.6), *(timedelta(seconds=1),) * 7)


def hasten() -> None:
    """Make every wait of this process short."""
    vars(working).update(_BEATS_S=HEARTBEAT_S, _DEAD_S=DEAD_S, _RESCUE_S=RESCUE_S, _AGAIN_S=AGAIN_S)
    vars(jobs)["_RETRY"] = procrastinate.RetryStrategy(max_attempts=5, wait=1)
    vars(background)["_LEASE_S"] = LEASE.total_seconds()
    vars(election)["_STALL_S"] = LEASE.total_seconds()
    for module in (sending, tries, delivering, webhooks):
        vars(module)["LEASE"] = LEASE
    vars(webhooks)["WAITS"] = WAITS
    wiring.EVERY.update(dict.fromkeys(QUICK, TICK))


def run() -> None:
    """Run the verb that was asked for."""
    hasten()
    main()


if __name__ == "__main__":
    run()
