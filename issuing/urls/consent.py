"""Addresses of consent and of its wording."""

from django.urls import URLPattern, path

from issuing.views.consent import ageing, importing, proofs, publishing, reading, receipts, recording, wording

urlpatterns: list[URLPattern] = [
    path("consents/record/", recording.record, name="consent-record"),
    path("consents/record/<uuid:uuid>/check/", recording.check, name="consent-record-check"),
    path("consents/record/<uuid:uuid>/<slug:question>/", recording.question, name="consent-record-question"),
    path("consents/age/<uuid:uuid>/", ageing.age, name="consent-age"),
    path("consents/<uuid:uuid>/invalidate/", recording.invalidate, name="consent-invalidate"),
    path("consents/<uuid:uuid>/receipt/", receipts.receipt, name="consent-receipt"),
    path("consents/<uuid:uuid>/evidence/", proofs.proof, name="consent-evidence"),
    path("consents/import/", importing.choose_file, name="consent-import"),
    path("consents/import/<uuid:uuid>/reading/", reading.choose_reading, name="consent-import-reading"),
    path("consents/import/<uuid:uuid>/column/", importing.choose_column, name="consent-import-column"),
    path("consents/import/<uuid:uuid>/answers/", importing.say_answers, name="consent-import-answers"),
    path("consents/import/<uuid:uuid>/", importing.result, name="consent-import-result"),
    path("statements/", wording.listing, name="statement-list"),
    path("statements/publish/", publishing.publish, name="statement-publish"),
    path("statements/draft/delete/", publishing.drop_draft, name="statement-drop-draft"),
    path("statements/<uuid:uuid>/", wording.detail, name="statement-detail"),
    path("statements/<uuid:uuid>/look/", wording.look, name="statement-look"),
    path("statements/<uuid:uuid>/document/", wording.document, name="statement-document"),
    path("statements/<uuid:uuid>/retire/", wording.retire, name="statement-retire"),
]
