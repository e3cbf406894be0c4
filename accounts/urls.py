"""Addresses of the pages of `accounts`."""

from django.urls import path

from accounts import views, views_log

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", views.SignOutView.as_view(), name="logout"),
    path("password/", views.PasswordView.as_view(), name="password"),
    path("healthz", views.healthz, name="healthz"),
    path("log/", views_log.log, name="log"),
]
