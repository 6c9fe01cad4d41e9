"""What the parts of the admin have in common."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

if TYPE_CHECKING:
    RowsAdmin = admin.ModelAdmin[Any]
    TextsAdmin = TranslationAdmin[Any]
else:
    RowsAdmin, TextsAdmin = admin.ModelAdmin, TranslationAdmin


class ReadOnlyAdmin(RowsAdmin):
    """Shows rows; nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
