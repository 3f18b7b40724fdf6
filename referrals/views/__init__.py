"""What is said of referrals, and what is shown."""
