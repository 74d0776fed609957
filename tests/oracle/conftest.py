"""Lets every test below import the systems of `leapling_systems`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
