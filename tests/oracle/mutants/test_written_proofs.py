"""Proofs as files that another solver can read: one for each, and one text for all that solve the same problem."""

import json
from pathlib import Path

import numpy as np
import pytest
import z3
from jpki_oracle.commands.suite import write_proofs
from jpki_oracle.mutants.complete import Complete
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.index import shipped_proofs
from jpki_oracle.mutants.known import proof_key


@pytest.fixture(scope="module")
def shared() -> list[Proof]:
    """Two proofs of one problem under two laws, and two of other problems."""
    together: dict[str, list[Proof]] = {}
    for proof in shipped_proofs():
        together.setdefault(proof_key(proof), []).append(proof)
    several = [proofs for proofs in together.values() if proofs[0].law != proofs[-1].law]
    assert len(several) > 2
    return [several[0][0], several[0][-1], several[1][0], several[2][0]]


@pytest.fixture(scope="module")
def folder(shared: list[Proof], tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = [
        Complete(proof.law, proof.mutants, (), np.zeros((0, 0), dtype=bool), (proof,)) for proof in shared
    ]
    folder = tmp_path_factory.mktemp("proofs")
    write_proofs(folder, built)
    return folder


def test_the_index_names_a_file_for_each_proof(shared: list[Proof], folder: Path) -> None:
    named = {row["file"] for row in json.loads((folder / "index.json").read_text(encoding="utf-8"))}
    assert len(named) == len(shared)
    assert {file.name for file in folder.glob("*.smt2")} == named


def test_each_file_states_its_own_proof(shared: list[Proof], folder: Path) -> None:
    for proof in shared:
        written = z3.parse_smt2_file(str(folder / f"{proof.digest()}.smt2"))
        stated = z3.parse_smt2_string(proof.script())
        assert {each.sexpr() for each in written} == {each.sexpr() for each in stated}


def test_what_solves_the_same_problem_is_the_same_text(shared: list[Proof], folder: Path) -> None:
    one, same, *_ = ((folder / f"{proof.digest()}.smt2").read_bytes() for proof in shared)
    assert one == same
