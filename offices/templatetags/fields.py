"""Form fields as KERN draws them: label, hint, control, error, tied together for assistive technology."""

from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()

INPUT = "kern-form-input__input"


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    return "input"


CLASSES = {
    "choices": "kern-form-check__checkbox",
    "check": "kern-form-check__checkbox",
    "radio": "kern-form-check__radio",
    "select": "kern-form-input__select",
    "input": INPUT,
}


@register.inclusion_tag("partials/form_field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", *, say_optional: bool = True, **attributes: Any
) -> dict[str, Any]:
    """Render ``bound`` in full.

    ``label`` and ``hint`` replace those of the form; ``say_optional=False`` leaves the word "optional" out where the
    page says it once for many fields; further arguments become attributes of the control (with
    ``_`` for ``-``), for example ``autocomplete="email"``.
    """
    kind = _kind(bound.field.widget)
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}_helptext"] if hint else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    css = CLASSES[kind] + (f" {CLASSES[kind]}--error" if bound.errors else "")
    own = bound.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in attributes.items()}
    attrs["class"] = f"{css} {attrs.get('class', '')} {own}".strip()
    describedby = " ".join(described)
    if describedby and kind not in {"choices", "radio"}:
        attrs["aria-describedby"] = describedby
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "optional": say_optional and not bound.field.required and kind != "check",
        "describedby": describedby,
        "widget": _options(bound, css) if kind in {"choices", "radio"} else bound.as_widget(attrs=attrs),
    }


def _options(bound: BoundField, css: str) -> list[Any]:
    options = bound.subwidgets
    for option in options:
        option.data["attrs"] = {**option.data["attrs"], "class": css}
    return list(options)
