"""The program's addresses, a module per noun."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from issuing.forms.sign_in import SignInForm
from issuing.urls import badges, connections, consent, issuances, learners, reports, rosters, settling, staff
from issuing.views.components import components
from issuing.views.health import healthz
from issuing.views.home import home, home_sending

urlpatterns = [
    path("", home, name="home"),
    path("home/sending/", home_sending, name="home-sending"),
    path(
        "sign-in/",
        LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("healthz", healthz, name="healthz"),
    path("components/", components, name="components"),
    *badges.urlpatterns,
    *connections.urlpatterns,
    *consent.urlpatterns,
    *issuances.urlpatterns,
    *learners.urlpatterns,
    *reports.urlpatterns,
    *rosters.urlpatterns,
    *settling.urlpatterns,
    *staff.urlpatterns,
]
