"""Histories: events one by one, the states after each, systems judged by them."""
