"""The names of all packs, as they are asked for on the command line."""

EVERY_PACK = (
    "validity",
    "status",
    "number",
    "lifecycle",
    "services",
    "card",
    "card-fuzz",
    "authority",
    "issue",
    "verifier",
)
