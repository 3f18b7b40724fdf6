"""Every domain's person data in one list, and how it is purged."""

import directory
import referrals
from core import access, letters, replies
from core.personal import Purge, Registry, merged

COLUMNS: Registry = merged([access.COLUMNS, letters.COLUMNS, replies.COLUMNS, directory.COLUMNS, referrals.COLUMNS])
RULES: tuple[Purge, ...] = (*access.PURGE, *letters.PURGE, *replies.PURGE, *directory.PURGE, *referrals.PURGE)
