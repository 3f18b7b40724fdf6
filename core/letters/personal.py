"""What of a letter is person data, and how long it is kept once nobody tries to send it any more."""

from datetime import timedelta

from core.personal import Class, Purge, Registry, personal, plain

# Time to see why it failed. A letter that was sent is emptied in the moment that says so.
KEPT_FAILED = timedelta(days=30)
SAID = ("address", "subject", "body")

COLUMNS: Registry = {
    **plain("letter", "id channel kind language made_at due_at tries sent_at failed"),
    **personal("letter", "address", Class.contact, KEPT_FAILED, sealed=True),
    # they name whoever they speak of, and hold links that let somebody in
    **personal("letter", "subject body", Class.credential, KEPT_FAILED, sealed=True),
}

PURGE = (
    Purge(
        "letter",
        ended="coalesce(t.sent_at, CASE WHEN t.failed IS NOT NULL THEN t.due_at END)",
        blank={"address": "NULL", "subject": "NULL", "body": "NULL"},
    ),
)
