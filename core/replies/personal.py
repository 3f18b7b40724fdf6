"""What of a kept reply is person data. Rows go by themselves a day after they were made, so nothing outlives them."""

from datetime import timedelta

from core.personal import Class, Purge, Registry, personal, plain

COLUMNS: Registry = {
    **plain("kept_reply", "id key_hash made_at ends_at"),
    # who asked for what, though only as something to compare with
    **personal("kept_reply", "scope request", Class.conduct, timedelta(0)),
    # it may hold whatever an answer may, a new key's secret among it
    **personal("kept_reply", "reply", Class.credential, timedelta(0), sealed=True),
}

PURGE = (Purge("kept_reply", ended="t.ends_at"),)
