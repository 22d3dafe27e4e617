"""The read-model: immutable published entries, scores, and the public pages."""
