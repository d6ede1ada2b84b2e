"""The program's addresses, a module per noun."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from issuing.urls import (
    asking,
    badges,
    connections,
    consent,
    issuances,
    learners,
    reports,
    retention,
    rosters,
    settling,
    staff,
)
from issuing.views.components import components
from issuing.views.health import healthz
from issuing.views.home import home, home_sending
from issuing.views.staff.signing_in import SignIn

urlpatterns = [
    path("", home, name="home"),
    path("home/sending/", home_sending, name="home-sending"),
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("healthz", healthz, name="healthz"),
    path("components/", components, name="components"),
    *asking.urlpatterns,
    *badges.urlpatterns,
    *connections.urlpatterns,
    *consent.urlpatterns,
    *issuances.urlpatterns,
    *learners.urlpatterns,
    *reports.urlpatterns,
    *retention.urlpatterns,
    *rosters.urlpatterns,
    *settling.urlpatterns,
    *staff.urlpatterns,
]
