"""What may happen in a handoff, decided from values alone."""
