"""Addresses of rosters."""

from django.urls import URLPattern, path

from issuing.views.rosters import (
    agreeing,
    changing,
    confirming,
    detail,
    downloads,
    lists,
    reading,
    renewing,
    uploading,
)

ONE = "rosters/<uuid:uuid>/"

urlpatterns: list[URLPattern] = [
    path("rosters/", lists.roster_list, name="roster-list"),
    path("rosters/upload/", uploading.roster_upload, name="roster-upload"),
    path(ONE, detail.roster_detail, name="roster-detail"),
    path(f"{ONE}progress/", detail.roster_progress, name="roster-progress"),
    path(f"{ONE}confirm/", confirming.roster_confirm, name="roster-confirm"),
    path(f"{ONE}more/", confirming.roster_more, name="roster-more"),
    path(f"{ONE}pause/", detail.roster_pause, name="roster-pause"),
    path(f"{ONE}resume/", detail.roster_resume, name="roster-resume"),
    path(f"{ONE}stop/", detail.roster_stop, name="roster-stop"),
    path(f"{ONE}delete/", detail.roster_delete, name="roster-delete"),
    path(f"{ONE}reading/", reading.roster_read, name="roster-read"),
    path(f"{ONE}reading/again/", reading.roster_retry, name="roster-retry"),
    path(f"{ONE}keep/", reading.roster_keep, name="roster-keep"),
    path(f"{ONE}forget/", changing.roster_forget, name="roster-forget"),
    path(f"{ONE}rows/", changing.roster_correct, name="roster-correct"),
    path(f"{ONE}rows/suggestions/", changing.roster_suggestions, name="roster-suggestions"),
    path(f"{ONE}rows/<int:row_no>/", changing.roster_row, name="roster-row"),
    path(f"{ONE}rows/<int:row_no>/decide/", changing.roster_decide, name="roster-decide"),
    path(f"{ONE}reissue/", renewing.roster_reissue, name="roster-reissue"),
    path(f"{ONE}reissue/leave/", renewing.roster_leave, name="roster-leave"),
    path(f"{ONE}consent/", agreeing.roster_record_consent, name="roster-record-consent"),
    path(f"{ONE}requests/stop/", agreeing.roster_stop_requests, name="roster-stop-requests"),
    path(f"{ONE}problems/", downloads.roster_problems, name="roster-problems"),
    path(f"{ONE}results/", downloads.roster_results, name="roster-results"),
]
