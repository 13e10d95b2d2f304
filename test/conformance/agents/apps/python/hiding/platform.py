"""Hides a module of Python that the SDK needs."""
