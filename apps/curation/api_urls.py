"""The addresses of the curation API, below /api/v1/curation/."""

from rest_framework.routers import SimpleRouter

from .api import BulkViewSet, CommentViewSet, SubmissionViewSet, ThreadViewSet

app_name = "curation-api"

router = SimpleRouter(use_regex_path=False)
router.register("bulk", BulkViewSet, basename="bulk")
router.register("comments", CommentViewSet, basename="comment")
router.register("submissions", SubmissionViewSet, basename="submission")
router.register("threads", ThreadViewSet, basename="thread")

urlpatterns = router.urls
