"""Domain-free helpers: refusals, verdicts, error pages, the embedded services."""
