"""Forms of the vocabularies: uploads, names of terms and targets, and terms of our own."""
