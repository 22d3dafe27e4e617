"""The addresses of the curation API, below /api/v1/curation/."""

from rest_framework.routers import SimpleRouter

from .api import BulkViewSet, SubmissionViewSet

app_name = "curation-api"

router = SimpleRouter(use_regex_path=False)
router.register("bulk", BulkViewSet, basename="bulk")
router.register("submissions", SubmissionViewSet, basename="submission")

urlpatterns = router.urls
