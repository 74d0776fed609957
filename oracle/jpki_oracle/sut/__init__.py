"""Systems under test: the messages that they speak, the transports to them, the session that checks both."""
