"""Mutants: rules with one fault, the suites that show every one of them, and the proofs for those that nothing shows."""
