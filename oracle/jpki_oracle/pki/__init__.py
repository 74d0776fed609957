"""Judges the public-key side: certificates, authorities, status services and those who rely on them."""
