"""Mutants: rules with one fault, suites that show every one of them, proofs for those that nothing shows."""
