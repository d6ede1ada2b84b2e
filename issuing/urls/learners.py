"""Addresses of learners, and of issuing one badge."""

from django.urls import URLPattern, path

from issuing.views.issue.one import one, preview, record
from issuing.views.issue.sandbox import send_to_myself
from issuing.views.issue.sent import sent
from issuing.views.learners import erasing, exporting, rights
from issuing.views.learners.adding import add, edit
from issuing.views.learners.detail import detail
from issuing.views.learners.holding import hold, release
from issuing.views.learners.listing import learners
from issuing.views.learners.merging import merge

urlpatterns: list[URLPattern] = [
    path("issue/", one, name="issue"),
    path("issue/consent/", record, name="issue-consent"),
    path("issue/preview/", preview, name="issue-preview"),
    path("issue/sandbox/", send_to_myself, name="sandbox-send"),
    path("issue/<uuid:uuid>/", sent, name="issue-sent"),
    path("learners/", learners, name="learner-list"),
    path("learners/new/", add, name="learner-add"),
    path("learners/<uuid:uuid>/", detail, name="learner-detail"),
    path("learners/<uuid:uuid>/edit/", edit, name="learner-edit"),
    path("learners/<uuid:uuid>/merge/", merge, name="learner-merge"),
    path("learners/<uuid:uuid>/hold/", hold, name="learner-hold"),
    path("learners/<uuid:uuid>/release/", release, name="learner-release"),
    path("learners/<uuid:uuid>/held/", exporting.held, name="learner-held"),
    path("learners/<uuid:uuid>/held/json/", exporting.as_json, name="learner-export-json"),
    path("learners/<uuid:uuid>/held/page/", exporting.as_page, name="learner-export-page"),
    path("learners/<uuid:uuid>/erase/", erasing.erase, name="learner-erase"),
    path("learners/<uuid:uuid>/rights/", rights.note, name="right-note"),
    path("rights/", rights.due, name="right-list"),
    path("rights/<uuid:uuid>/close/", rights.close, name="right-close"),
]
