"""The pack `services`: questions about the use of the card, its certificates and the number."""
