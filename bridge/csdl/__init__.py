"""Adapters to city databases, one folder each. The only room that knows zeep."""
