"""Audits: every row of a table judged by the rules, on DuckDB or another engine."""
