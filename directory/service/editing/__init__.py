"""Changing listings as a person does: allowed, held against the version that was read, kept in a history."""
