"""What each act brings about."""
