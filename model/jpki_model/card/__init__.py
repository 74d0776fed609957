"""An emulated My Number Card: bytes in, bytes out. It knows no rules about lives and asks none."""
