"""Cards as systems under test: how they are reached, what may be sent to them, what is asked and judged."""
