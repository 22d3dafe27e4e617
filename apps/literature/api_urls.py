"""The addresses of the import API, below /api/v1/curation/."""

from rest_framework.routers import SimpleRouter

from .api import ImportViewSet

app_name = "literature-api"

router = SimpleRouter(use_regex_path=False)
router.register("imports", ImportViewSet, basename="import")

urlpatterns = router.urls
