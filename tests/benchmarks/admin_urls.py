"""Our addresses, and Django's stock admin beside them: for the benchmark only."""

from django.contrib import admin
from django.urls import include, path

from issuing.models import Issuance, Learner


@admin.register(Issuance)
class IssuanceAdmin(admin.ModelAdmin):
    """As most projects would write it."""

    list_display = ("first_name", "last_name", "badge", "status", "changed_at", "confirmed_by")
    list_select_related = ("badge", "confirmed_by")
    list_filter = ("status", "badge")
    search_fields = ("first_name", "last_name", "email")


@admin.register(Learner)
class LearnerAdmin(admin.ModelAdmin):
    """As most projects would write it."""

    list_display = ("first_name", "last_name", "email", "student_number")
    search_fields = ("first_name", "last_name", "email")


urlpatterns = [path("admin/", admin.site.urls), path("", include("navigatr_admin.urls"))]
