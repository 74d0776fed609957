"""Asks the rules, makes scenarios and judges implementations by them."""
