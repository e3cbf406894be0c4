"""Addresses of the pages of `supervision`."""

from django.urls import path

from supervision.rectification import pages as rectification
from supervision.rectification.views import ItemList, item

urlpatterns = [
    path("rectification/", ItemList.as_view(), name="rectifications"),
    path("rectification/<int:pk>/", item, name="rectification"),
    *rectification.urls(),
]
