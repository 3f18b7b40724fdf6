"""A defect: neither a referral nor a place is locked while somebody decides about it."""

import re

from referrals.rows import load, save
from tests.faults.programs.quick import run

if __name__ == "__main__":
    vars(load)["_LOCK"] = load._LOCK.removesuffix(" FOR UPDATE")
    vars(save)["_SAVE"] = re.sub(r" FOR UPDATE( SKIP LOCKED)?", "", save._SAVE)
    run()
