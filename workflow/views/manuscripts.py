"""What somebody is writing: the entry of a run, or an office's contribution to it. The pages of both are the same."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.models import Person
from workflow import access, runs
from workflow.models import Draft, Participation, StatusUpdate
from workflow.queries import drafts
from workflow.raw import Raw
from workflow.services import drafts as draft_service


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A text on somebody's desk: the lead office's entry, or with a ``participation`` the contribution to it."""

    update: StatusUpdate
    participation: Participation | None = None

    def address(self, page: str) -> str:
        """Return the address of one of its pages: ``edit``, ``draft``, ``merge``, ``submit``, ``nil-return``."""
        if self.participation:
            return reverse(f"workflow:contribution-{page}", args=[self.participation.pk])
        return reverse(f"workflow:update-{page}", args=[self.update.pk])

    @property
    def edit_url(self) -> str:
        return self.address("edit")

    @property
    def draft_url(self) -> str:
        return self.address("draft")

    @property
    def merge_url(self) -> str:
        return self.address("merge")

    @property
    def submit_url(self) -> str:
        return self.address("submit")

    @property
    def nil_return_url(self) -> str:
        return self.address("nil-return")

    @property
    def key(self) -> str:
        """Where a browser keeps what the server does not have yet; the person's id follows."""
        return f"beitrag-{self.participation.pk}" if self.participation else f"sachstand-{self.update.pk}"

    @property
    def office_label(self) -> str:
        return self.participation.office_label if self.participation else self.update.lead_office_label

    @property
    def base(self) -> int:
        """What the text is based on (``runs.base_of``); a contribution stands on nothing."""
        return 0 if self.participation else runs.base_of(self.update)

    def refusal(self, person: Person) -> str:
        """Return the sentence that says why ``person`` cannot write now, or an empty string."""
        try:
            if self.participation:
                access.require_may_contribute(person, self.participation)
            else:
                access.require_may_write(person, self.update)
        except access.NotAllowedError as refused:
            return str(refused)
        return ""

    def is_open_to(self, person: Person) -> bool:
        if self.participation:
            return access.may_contribute(desk_of(person), self.participation)
        return access.may_write(desk_of(person), self.update)

    def start(self, person: Person, *, from_colleague: bool = False) -> drafts.Start:
        if self.participation:
            return drafts.start_contribution(self.participation, person, from_colleague=from_colleague)
        return drafts.start(self.update, person, from_colleague=from_colleague)

    def save(self, typed: Raw, *, by: Person, version: int, seen: Mapping[int, int], now: datetime.datetime) -> Draft:
        """Keep ``typed`` as the person's draft; raises as ``services.drafts.save_draft``."""
        values: dict[str, Any] = {"by": by, "content": typed, "version": version, "seen": seen, "now": now}
        if self.participation:
            return draft_service.save_contribution_draft(self.participation.pk, **values)
        return draft_service.save_draft(self.update.pk, **values)

    def crumbs(self, here: str) -> list[tuple[str, str]]:
        number = self.update.recommendation.number
        return [(_("My tasks"), reverse("workflow:inbox")), (number, self.edit_url), (here, "")]
