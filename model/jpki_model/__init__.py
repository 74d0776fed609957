"""Interpreters of the rules and the reference world."""
