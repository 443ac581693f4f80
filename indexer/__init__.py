"""Reads published case reviews into a library and a search index."""
