"""The write-model: submissions, review, and the editorial pages."""
