"""The settings of other servers: the services that know publications and how they are asked, and whom webhooks tell."""

from . import env

SOURCES_ENABLED = env.flag("SOURCES_ENABLED", True)
_WEB = ("https", "http")
PUBMED_BASE_URL = env.url("PUBMED_BASE_URL", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils", _WEB)
PUBMED_API_KEY = env.text("PUBMED_API_KEY")
PUBMED_TOOL = env.text("PUBMED_TOOL", "tme-portal")
EUROPEPMC_BASE_URL = env.url("EUROPEPMC_BASE_URL", "https://www.ebi.ac.uk/europepmc/webservices/rest", _WEB)
CROSSREF_BASE_URL = env.url("CROSSREF_BASE_URL", "https://api.crossref.org", _WEB)
# Whom the services may write to when the portal troubles them: it is treated better for it.
CONTACT_EMAIL = env.text("CONTACT_EMAIL")
# Questions a second, of all workers together.
PUBMED_RATE = env.number("PUBMED_RATE", 10 if PUBMED_API_KEY else 3, least=1)
EUROPEPMC_RATE = env.number("EUROPEPMC_RATE", 5, least=1)
CROSSREF_RATE = env.number("CROSSREF_RATE", 3 if CONTACT_EMAIL else 1, least=1)
SOURCES_CONNECT_SECONDS = env.number("SOURCES_CONNECT_SECONDS", 10, least=1)
SOURCES_READ_SECONDS = env.number("SOURCES_READ_SECONDS", 30, least=1)
SOURCES_TOTAL_SECONDS = env.number("SOURCES_TOTAL_SECONDS", 120, least=1)
SOURCES_TRIES = env.number("SOURCES_TRIES", 5, least=1)
SOURCES_BACKOFF_SECONDS = 1.0
SOURCES_LONGEST_WAIT = 60.0  # a service that wants to be left alone for longer is asked by a later run
SOURCES_ANSWER_LIMIT_BYTES = 64 * 1024 * 1024
# Webhooks go to public servers only; a developer's own machine may be allowed, too.
WEBHOOKS_TO_LOOPBACK = env.flag("WEBHOOKS_TO_LOOPBACK", False)
