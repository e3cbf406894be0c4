"""Addresses of the pages of roles."""

from django.urls import path

from activities.roles.lists import (
    CultivationList,
    HonourList,
    PioneerList,
    SecretaryReviewList,
    VolunteeringList,
)
from activities.roles.pages import (
    CultivationPages,
    HonourPages,
    PioneerPages,
    PioneerReviewPages,
    SecretaryReviewPages,
    StaffCountPages,
    StageReviewPages,
    VolunteeringMembers,
    VolunteeringPages,
)

urlpatterns = [
    path("reviews/", SecretaryReviewList.as_view(), name="secretary_reviews"),
    *SecretaryReviewPages.urls("reviews/"),
    path("cultivation/", CultivationList.as_view(), name="cultivations"),
    *CultivationPages.urls("cultivation/"),
    *StageReviewPages.urls("cultivation/stages/"),
    *StaffCountPages.urls("cultivation/counts/"),
    path("pioneers/", PioneerList.as_view(), name="pioneers"),
    *PioneerPages.urls("pioneers/"),
    *PioneerReviewPages.urls("pioneers/reviews/"),
    path("volunteering/", VolunteeringList.as_view(), name="volunteerings"),
    *VolunteeringPages.urls("volunteering/"),
    VolunteeringMembers.url("volunteering/"),
    path("honours/", HonourList.as_view(), name="honours"),
    *HonourPages.urls("honours/"),
]
