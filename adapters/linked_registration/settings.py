"""What can be configured, under `systems.NAME.settings`. Of the paths only that of a case is published."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%{}-]+$", max_length=500)]
ItemPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]*\{id\}[A-Za-z0-9._~/%-]*$", max_length=500)]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/~]+)+$", max_length=200)]


class Success(BaseModel):
    """Where the answer to what we tell says that it was taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pointer: Pointer = Field(description="JSON pointer into the answer")
    values: tuple[str, ...] = Field(
        min_length=1, description="values that mean yes, in small letters: `true`, `0`; numbers and flags as texts"
    )


class LinkedRegistrationSettings(BaseModel):
    """The national service for linked registrations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list_path: Path = Field(description="path of the list of new cases; not published")
    item_path: ItemPath = Field(
        default="api/lienthongdvclt/hosolienthong/{id}", description="path of one case with its files"
    )
    taken_path: Path = Field(description="path that is told that a case was taken; not published")
    state_path: Path = Field(description="path that is told states; not published")
    cases_at_once: int = Field(
        default=5, ge=1, le=500, description="cases fetched in one poll; fewer than `max_requests`"
    )
    success: Success | None = Field(
        default=None, description="where an answer says more than its HTTP status; unset: 2xx is success"
    )
    on_unknown: Literal["hold", "resend"] = Field(
        default="hold",
        description="after a state whose outcome is unknown: `hold` asks an operator, `resend` if the service is known "
        "to take a repeated state without harm",
    )


__all__ = ["LinkedRegistrationSettings", "Success"]
