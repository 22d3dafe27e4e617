"""Ontologies, terms and targets."""
