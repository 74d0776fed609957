"""The reference world: municipalities, register network, issuing body, cards and certificates, event by event."""
