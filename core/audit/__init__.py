"""The audit: what was read and written of person data. Entries are added by whoever acts, and sealed in order later."""

from core.audit.chain import Head, Verdict, head, seal, verify
from core.audit.forget import ChainBroken, Forgotten, forget
from core.audit.models import AuditCheckpoint, AuditEntry, AuditSeal
from core.audit.record import record

__all__ = [
    "AuditCheckpoint",
    "AuditEntry",
    "AuditSeal",
    "ChainBroken",
    "Forgotten",
    "Head",
    "Verdict",
    "forget",
    "head",
    "record",
    "seal",
    "verify",
]
