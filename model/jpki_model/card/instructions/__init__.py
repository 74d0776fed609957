"""The card's instructions: each a function of a chip and a command that gives the response."""
