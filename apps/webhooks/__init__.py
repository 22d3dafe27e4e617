"""Tells programs of people what changed in the catalogue: signed, in order, until it is taken."""
