"""The program's addresses."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from issuing.forms.sign_in import SignInForm
from issuing.views.health import healthz
from issuing.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("healthz", healthz, name="healthz"),
]
