"""The shape of what people type about themselves; what it means is decided in ``services``."""
