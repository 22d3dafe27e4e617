"""Who acts: users, roles, sign-in, conflict-of-interest statements, and what they did (events)."""
