"""The addresses of the API of imports and triage, below /api/v1/curation/."""

from rest_framework.routers import SimpleRouter

from .api import CandidateViewSet, ImportViewSet

app_name = "literature-api"

router = SimpleRouter(use_regex_path=False)
router.register("imports", ImportViewSet, basename="import")
router.register("candidates", CandidateViewSet, basename="candidate")

urlpatterns = router.urls
