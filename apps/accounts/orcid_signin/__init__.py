"""Sign-in through ORCID, as a provider of django-allauth."""
