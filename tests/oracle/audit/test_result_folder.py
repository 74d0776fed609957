"""The folder of results, where it cannot be written to."""

import tempfile

import pytest
from jpki_oracle.audit.failure import AuditFailure
from jpki_oracle.audit.folder import ResultFolder


def test_a_folder_that_takes_nothing_is_taken_away_again_with_those_made_for_it(tmp_path, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(AuditFailure, match="No space left on device"):
        ResultFolder(tmp_path / "results" / "today")
    assert list(tmp_path.iterdir()) == []
