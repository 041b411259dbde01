"""What can be configured of the category service, under `systems.NAME.settings`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .codes import FIELDS

Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=200)]


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Category(Strict):
    """One category. Both fields are told by `Metadata` of the category; published are those of qlvanbandieuhanhcap1."""

    code: str | None = Field(default=None, min_length=1, max_length=100, description="field that holds the code")
    label: str | None = Field(default=None, min_length=1, max_length=100, description="field that holds the name")


class CategoriesSettings(Strict):
    """The shared category service (danh mục dùng chung) of the national or provincial platform."""

    path: Path = Field(default="dmdc/Category", description="path of the records, below the connector's base URL")
    categories: dict[Slug, Category] = Field(
        min_length=1, description="categories that are read, in this order, by `ma`"
    )
    least_share: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="a category with less than this share of the records known before is not believed: nothing is "
        "taken from it, and a dead letter says so; lower it for one round if the shrinking is real",
    )

    @model_validator(mode="after")
    def _fields_are_known(self) -> Self:
        for name, category in self.categories.items():
            if name not in FIELDS and (category.code is None or category.label is None):
                raise ValueError(
                    f"categories.{name} needs code and label: its fields are not published; ask for Metadata/{name}"
                )
        return self

    def fields(self, name: str) -> tuple[str, str]:
        """The fields that hold code and name."""
        category, known = self.categories[name], FIELDS.get(name, ("", ""))
        return category.code or known[0], category.label or known[1]


__all__ = ["CategoriesSettings", "Category"]
