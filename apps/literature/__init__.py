"""References and the runs that import them."""
