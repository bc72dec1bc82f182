"""Fields are drawn so that label, hint and error belong to their control for everybody."""

from django import forms
from django.template import Context, Template


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie Sie heißen.")
    note = forms.CharField(label="Notiz", required=False, widget=forms.Textarea)
    role = forms.ChoiceField(label="Rolle", choices=[("a", "Amt"), ("b", "Büro")])
    way = forms.ChoiceField(label="Weg", choices=[("x", "Post"), ("y", "Mail")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sicher")


def draw(name: str, form: forms.Form, extra: str = "") -> str:
    source = "{% load fields %}{% field bound " + extra + " %}"
    return Template(source).render(Context({"bound": form[name]}))


def test_a_control_is_named_by_its_label_and_described_by_its_hint() -> None:
    html = draw("name", Form())
    assert '<label class="kern-label" for="id_name">Name</label>' in html
    assert 'id="id_name_helptext">Wie Sie heißen.' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'class="kern-form-input__input"' in html


def test_an_error_is_tied_to_its_control() -> None:
    html = draw("name", Form({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert "kern-form-input__input--error" in html


def test_what_is_optional_says_so() -> None:
    assert "freiwillig" in draw("note", Form())
    assert "freiwillig" not in draw("name", Form())


def test_label_hint_and_attributes_can_be_given_in_the_template() -> None:
    html = draw("name", Form(), 'label="Ihr Name" hint="Kurz." autocomplete="name" class="code"')
    assert ">Ihr Name</label>" in html
    assert ">Kurz.</div>" in html
    assert 'autocomplete="name"' in html
    assert 'class="kern-form-input__input code"' in html


def test_selects_and_radio_groups_have_their_own_form() -> None:
    assert 'class="kern-form-input__select"' in draw("role", Form())
    html = draw("way", Form({"way": "y"}))
    assert html.count('class="kern-form-check__radio"') == 2
    assert "<legend" in html
    assert "checked" in html
    assert 'for="id_way_0"' in html


def test_a_checkbox_stands_before_its_label() -> None:
    html = draw("sure", Form())
    assert html.index("<input") < html.index("<label")
