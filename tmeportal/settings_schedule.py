"""What beat rings for, and how often: in seconds, or at a time of the day (UTC). Every task may run at any time."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "refresh-words": {"task": "apps.vocabularies.tasks.refresh_words", "schedule": 60.0},
    "follow-vocabularies": {"task": "apps.catalogue.tasks.follow_vocabularies", "schedule": 60.0},
    "cut-release": {
        "task": "apps.catalogue.tasks.cut_monthly_release",
        "schedule": crontab(day_of_month="1", hour=4, minute=0),
    },
    "write-release": {"task": "apps.catalogue.tasks.write_release", "schedule": 60.0},
    "resume-imports": {"task": "apps.literature.tasks.resume_imports", "schedule": 20.0},
    "score-candidates": {"task": "apps.literature.tasks.score_candidates", "schedule": 30.0},
    "refresh-scores": {"task": "apps.literature.tasks.refresh_scores", "schedule": 24 * 3600.0},
    "return-candidates": {"task": "apps.literature.tasks.return_candidates", "schedule": 3600.0},
    "forget-uploads": {"task": "apps.literature.tasks.forget_uploads", "schedule": 24 * 3600.0},
    "run-due-searches": {"task": "apps.literature.tasks.run_due_searches", "schedule": 600.0},
    "tell-of-searches": {"task": "apps.literature.tasks.tell_of_searches", "schedule": 120.0},
    "refresh-references": {"task": "apps.literature.tasks.refresh_references", "schedule": 24 * 3600.0},
    "count-usage": {"task": "apps.curation.tasks.count_usage", "schedule": 60.0},
    "expire-claims": {"task": "apps.curation.tasks.expire_claims", "schedule": 3600.0},
    "check-retractions": {"task": "apps.curation.tasks.check_retractions", "schedule": crontab(hour=2, minute=30)},
    "settle-retractions": {"task": "apps.curation.tasks.settle_retractions", "schedule": 3600.0},
    "follow-merged-targets": {"task": "apps.curation.tasks.follow_merged_targets", "schedule": 60.0},
    "follow-merged-references": {"task": "apps.curation.tasks.follow_merged_references", "schedule": 60.0},
    "tell-of-loads": {"task": "apps.curation.tasks.tell_of_loads", "schedule": 60.0},
    "tell-news": {"task": "apps.curation.tasks.tell_news", "schedule": 60.0},
    "resume-bulk": {"task": "apps.curation.tasks.resume_bulk", "schedule": 20.0},
    "mail-notices": {"task": "apps.accounts.tasks.mail_notices", "schedule": 60.0},
    "tell-webhooks": {"task": "apps.webhooks.tasks.tell_webhooks", "schedule": 20.0},
    "forget-deliveries": {"task": "apps.webhooks.tasks.forget_old", "schedule": 24 * 3600.0},
    "seal-events": {"task": "apps.accounts.tasks.seal_events", "schedule": 60.0},
}
