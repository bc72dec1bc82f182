"""Put a marked secret into everything that is not public: every text of every model, new ones included."""

import datetime
from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from concept.models import ActionField, ConceptEdition, CrosswalkLink, Goal, Recommendation
from workflow.models import Measure, Revision

SECRET = "KANARI"
OPENLY = "Öffentlich:"
"""So begin the texts of versions that visitors may read, where others stay inside."""
WHEN = datetime.datetime(2026, 11, 1, 9, 0, tzinfo=datetime.UTC)
ROOMS = ("offices", "concept", "workflow", "notifications", "publication")

PUBLIC: dict[str, set[str]] = {
    "offices.office": {"number", "name"},
    "concept.conceptedition": {"name", "slug", "description"},
    "concept.actionfield": {"number", "name", "summary"},
    "concept.goal": {"number", "text"},
    "concept.recommendation": {"key", "number", "title", "text", "rationale"},
    "concept.crosswalklink": {"note"},
    # Names of offices at the time; the report lists missing returns by office.
    "workflow.statusupdate": {"lead_office_label"},
    "workflow.participation": {"office_label"},
    # Only of approved revisions that are published; hide_unpublished() takes care of all others.
    "workflow.revision": {
        "office_label",
        "status_reason",
        "done",
        "worked",
        "did_not_work",
        "overlooked",
        "next_step",
        "nil_reason",
        "public_note",
    },
    # A code; which languages there are is no secret.
    "publication.entrysummary": {"language"},
    "workflow.measure": {"title", "responsible", "period", "funding", "partners", "link"},
}
"""What visitors may read. Every other text field of our models carries a secret, whoever adds it."""

PUBLIC_WHERE: dict[str, tuple[set[str], Q]] = {
    # What visitors read in the place of an edition that was taken back.
    "concept.conceptedition": ({"withdrawal_note"}, Q(withdrawn_at__isnull=False, published_at__isnull=True)),
    # What visitors read in the place of a withdrawn entry, or of a withdrawn report.
    "workflow.statusupdate": ({"withdrawal_note"}, Q(withdrawn_at__isnull=False)),
    # A checksum goes on to say which file somebody once fetched.
    "publication.reportedition": (
        {"change_note", "withdrawal_note", "document_sha256"},
        Q(stage__in=["final", "withdrawn"]),
    ),
    "publication.feedback": ({"text", "answer"}, Q(state="published")),
    # The newest version of a published entry's summary, and of a text that stands in a released report.
    "publication.entrysummary": ({"text"}, Q(text__startswith=OPENLY)),
    "publication.reporttext": ({"text"}, Q(text__startswith=OPENLY)),
}
"""Fields that visitors may read in some rows alone; in all others they carry a secret."""

TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)


def our_models() -> list[type[models.Model]]:
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models() if not model._meta.proxy]


def secret_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The text fields that visitors may not read and that can hold a word of ours."""
    public = PUBLIC.get(model._meta.label_lower, set())
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not field.choices and field.name not in public
    ]


def shown_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of which visitors may read what others hide."""
    rows = model._base_manager.all()
    _fields, where = PUBLIC_WHERE.get(model._meta.label_lower, (set(), None))
    return rows.filter(where) if where is not None else rows.none()


def shown(field: models.Field[Any, Any]) -> bool:
    """Whether visitors may read the field in some rows."""
    fields, _where = PUBLIC_WHERE.get(field.model._meta.label_lower, (set(), None))
    return field.name in fields


def plant() -> int:
    """Write a secret into every secret field of every row; make a row where a model has none. Return how many."""
    planted = 0
    for model in our_models():
        if not model._base_manager.exists():
            make(model)
        open_rows = set(shown_rows(model).values_list("pk", flat=True))
        for row in model._base_manager.all():
            hidden = [field for field in secret_fields(model) if row.pk not in open_rows or not shown(field)]
            values = {field.attname: secret(field, row.pk) for field in hidden}
            if values:
                model._base_manager.filter(pk=row.pk).update(**values)
                planted += len(values)
    return planted


def hide_edition(pk: int, *, known: Collection[str] = ()) -> None:
    """Write secrets into everything that an edition of the concept is made of, and into the links that lead there.

    ``known`` are fields of the edition itself that visitors read all the same.
    """
    rows = (
        ConceptEdition.objects.filter(pk=pk),
        ActionField.objects.filter(edition=pk),
        Goal.objects.filter(field__edition=pk),
        Recommendation.objects.filter(edition=pk),
        CrosswalkLink.objects.filter(successor__edition=pk),
    )
    for some in rows:
        texts = [field for field in some.model._meta.concrete_fields if isinstance(field, TEXT) and not field.choices]
        if some.model is ConceptEdition:
            texts = [field for field in texts if field.name not in known]
        for row in some:
            some.model._base_manager.filter(pk=row.pk).update(**{f.attname: secret(f, row.pk) for f in texts})


def hide_unpublished(public: set[int], noted: Collection[int] = ()) -> None:
    """Write secrets into every text of the revisions that are not in ``public``, and of their measures.

    Of the corrections in ``noted``, which were public once, the note stays.
    """
    for model, rows in (
        (Revision, Revision.objects.exclude(pk__in=public)),
        (Measure, Measure.objects.exclude(revision__in=public)),
    ):
        texts = [field for field in model._meta.concrete_fields if isinstance(field, TEXT) and not field.choices]
        for row in rows:
            keep = {"public_note"} if model is Revision and row.pk in noted else set()
            hidden = {field.attname: secret(field, row.pk) for field in texts if field.attname not in keep}
            rows.filter(pk=row.pk).update(**hidden)


def secret(field: models.Field[Any, Any], pk: object) -> Any:
    word = f"{SECRET}{pk}"
    if isinstance(field, models.JSONField):
        return {"text": word}
    if isinstance(field, models.BinaryField):
        return word.encode()
    if isinstance(field, models.EmailField):
        return f"{word}@stadt.example".lower()
    return word[: field.max_length]


def make(model: type[models.Model]) -> models.Model:
    """Return a row of ``model`` with every required field filled, and what it points to."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.null or field.has_default() or field.blank:
            continue
        values[field.name] = _value(field, list(values.values()))
    return model._base_manager.create(**values)


def _value(field: models.Field[Any, Any], beside: list[Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        # Nobody stands in for themself, no office follows itself.
        free = target._base_manager.exclude(pk__in=[one.pk for one in beside if isinstance(one, target)])
        if isinstance(field, models.OneToOneField):
            free = free.exclude(pk__in=field.model._base_manager.values(field.attname))
        return free.first() or make(target)
    if field.choices:
        return next(iter(field.flatchoices))[0]
    if isinstance(field, models.DateTimeField):
        return WHEN
    if isinstance(field, models.DateField):
        return WHEN.date()
    if isinstance(field, models.BooleanField):
        return False
    return secret(field, 0) if isinstance(field, TEXT) else 1
