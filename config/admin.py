"""The back office: Django's admin for administrators and coordinators."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from offices.admin_base import BackOfficeAdmin, desk_behind


class BackOffice(AdminSite):
    """Open to administrators and coordinators; what each may change stands with each model's admin.

    Shows only models whose admin keeps the rules of :class:`BackOfficeAdmin`; what libraries register stays outside.
    It has no sign-in and no passwords of its own.
    """

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Master data")
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        if admin_class is not None and issubclass(admin_class, BackOfficeAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        desk = desk_behind(request)
        return desk is not None and (desk.is_administrator or desk.is_coordinator)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Send visitors to the service's own sign-in; to people without the role the back office does not exist."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            response: HttpResponseBase = inner(request, *args, **kwargs)
            return response

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the pages for passwords and the catch-all, which would tell strangers what exists."""
        unwanted = {"password_change", "password_change_done", "login"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in unwanted]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        del extra_context
        return redirect_to_login(request.get_full_path())

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        del request, extra_context
        return redirect("account_logout")
