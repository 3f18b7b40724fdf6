"""`script/bench referrals`: how fast a place is taken, how fast an acceptance is, and how soon others hear of it."""
