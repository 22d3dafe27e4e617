"""The addresses of the curation API, below /api/v1/curation/."""

from rest_framework.routers import SimpleRouter

from .api import BulkViewSet, CommentViewSet, EntryViewSet, FlagViewSet, SubmissionViewSet, ThreadViewSet

app_name = "curation-api"

router = SimpleRouter(use_regex_path=False)
router.register("bulk", BulkViewSet, basename="bulk")
router.register("comments", CommentViewSet, basename="comment")
router.register("entries", EntryViewSet, basename="entry")
router.register("flags", FlagViewSet, basename="flag")
router.register("submissions", SubmissionViewSet, basename="submission")
router.register("threads", ThreadViewSet, basename="thread")

urlpatterns = router.urls
