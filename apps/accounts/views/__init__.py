"""The account pages, and the administrators' pages about people."""
