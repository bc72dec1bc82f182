"""Rows that stand for ever: neither their models nor queries on many of them change or delete them."""

from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models
from django.db.models import Q

from workflow.models.written_once import WrittenOnceError

Row = TypeVar("Row", bound=models.Model)

__all__ = ["FrozenRows", "KeptRows", "WrittenOnceError"]


class FrozenRows(models.QuerySet[Row]):
    """Rows of which the columns in ``frozen`` no longer change once ``is_frozen`` holds; none is deleted."""

    frozen: ClassVar[frozenset[str]] = frozenset()
    is_frozen: ClassVar[Q] = Q()

    def update(self, **values: Any) -> int:
        if self.frozen & {name.removesuffix("_id") for name in values} and self.filter(self.is_frozen).exists():
            raise WrittenOnceError(f"{self.model.__name__} is finished; its content stands for ever.")
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise WrittenOnceError(f"{self.model.__name__} is never deleted.")


class KeptRows(models.QuerySet[Row]):
    """Rows that are added and never changed or deleted."""

    def update(self, **_values: Any) -> NoReturn:
        raise WrittenOnceError(f"{self.model.__name__} is written once.")

    def delete(self) -> NoReturn:
        raise WrittenOnceError(f"{self.model.__name__} is never deleted.")
