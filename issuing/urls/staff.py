"""Addresses of staff accounts and passwords."""

from django.urls import URLPattern, path

from issuing.views.staff import colleagues, details, passwords

urlpatterns: list[URLPattern] = [
    path("staff/", colleagues.staff_list, name="staff-list"),
    path("staff/add/", colleagues.staff_add, name="staff-add"),
    path("staff/<uuid:uuid>/edit/", details.staff_edit, name="staff-edit"),
    path("staff/<uuid:uuid>/link/", colleagues.staff_link, name="staff-link"),
    path("staff/<uuid:uuid>/role/", colleagues.staff_role, name="staff-role"),
    path("staff/<uuid:uuid>/access/", colleagues.staff_access, name="staff-access"),
    path("details/", details.details_change, name="details-change"),
    path("password/", passwords.password_change, name="password-change"),
    path("welcome/<str:token>/", passwords.staff_welcome, name="staff-welcome"),
]
