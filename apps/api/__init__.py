"""The catalogue as a versioned, read-only REST API."""
