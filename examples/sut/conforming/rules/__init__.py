"""The date rules of the My Number Card and its certificates, edition 2024-05-27, default readings."""
