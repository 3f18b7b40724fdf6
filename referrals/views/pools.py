"""The places of a service that are counted here."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referrals.views.codes import Unit
from referrals.views.shown import View


class PoolIn(BaseModel):
    """How many places there are, and how many more in a surge, which nobody but the provider declares."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Unit = "bed"
    capacity: int = Field(ge=0, le=500)
    surge: int = Field(default=0, ge=0, le=500)
    taken: int | None = Field(
        default=None, ge=0, le=1_000,
        description="how many are taken as you count them: frees those of people who are forgotten here",
    )  # fmt: skip


class PoolView(View):
    """The same, and how many are free now. `over`: taken beyond what there is since it was lowered."""

    id: UUID
    service_id: UUID
    unit: str
    capacity: int
    surge: int
    free: int
    taken: int
    over: int
    changed_at: datetime
