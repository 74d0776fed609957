"""The published list of faults in event rules: `FAULTS`, by id."""

from jpki_oracle.histories import holding_faults, move_faults, period_faults, register_faults
from jpki_oracle.histories.fault import FAULTS, Fault

__all__ = ["FAULTS", "Fault"]

SUBJECTS = (move_faults, register_faults, holding_faults, period_faults)
"""Where they are described."""
