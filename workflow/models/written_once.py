"""Rows that are written once: handed-in texts, decisions, events."""

from typing import Any, NoReturn

from django.db import models


class WrittenOnceError(TypeError):
    """Code tried to change or delete what stands for ever; a mistake of ours, never of the person who acts."""


class WrittenOnce(models.Model):
    """A row that can be added and never changed or deleted through its model."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnceError(f"{self._meta.label} {self.pk} is written once.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise WrittenOnceError(f"{self._meta.label} {self.pk} is never deleted.")
