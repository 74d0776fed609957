"""Diagnosis: which edition, readings or faults explain everything that a system answered."""
