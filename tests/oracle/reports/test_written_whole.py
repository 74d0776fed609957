"""A file is there whole or not at all; what is no file stays what it is."""

import os
import threading
from pathlib import Path

import pytest
from jpki_oracle.reports.files import write_whole


def test_a_file_is_replaced_and_nothing_stays_aside(tmp_path: Path) -> None:
    file = tmp_path / "suite.json"
    file.write_text("old", encoding="utf-8")
    write_whole(file, "new")
    assert file.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_where_the_disk_is_full_the_file_is_as_it_was_and_nothing_stays_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "suite.json"
    file.write_text("old", encoding="utf-8")
    write_text = Path.write_text

    def half_of(path: Path, text: str, **how: str) -> int:
        write_text(path, text[:2], **how)
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", half_of)
    with pytest.raises(OSError, match="No space left") as failure:
        write_whole(file, "newer")
    assert failure.value.filename == str(file)
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    write_whole(pipe, "text")
    reader.join(timeout=10)
    assert read == ["text"]
    assert pipe.is_fifo()
