"""The rules of the My Number Card and its certificates, as terms."""
