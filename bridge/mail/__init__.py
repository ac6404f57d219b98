"""Adapter: e-mail."""
