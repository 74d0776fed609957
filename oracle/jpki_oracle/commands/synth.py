"""`synth`: a synthetic register, streamed into a file."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.audit import rows_a_second
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json
from jpki_oracle.language import language

try:
    import pyarrow as pa
    from pyarrow import csv, parquet

    from jpki_oracle.audit.engine import in_words
    from jpki_oracle.audit.faults import FAULTS
    from jpki_oracle.audit.register import PIECE, PLANTED, Wanted, parquet_writer, register, with_dirt
    from jpki_oracle.audit.wording import count_text, say
except ImportError as missing:
    raise CommandFailure(
        f"registers need {missing.name}, which is not installed: pip install 'jpki-oracle[audit]'"
    ) from None


@dataclass(frozen=True)
class SynthRequest:
    """The arguments of the command."""

    file: Path
    rows: int
    seed: int
    faults: float
    dirty: float
    kinds: tuple[str, ...]
    edition: str | None
    readings: tuple[str, ...]


def synth_command(request: SynthRequest, form: str, lang: str | None) -> int:
    """Write the register; always 0."""
    law, words = law_argument(request.edition, request.readings), language(lang)
    _check(request)
    wanted = Wanted(
        request.rows,
        request.seed,
        law.edition,
        tuple(sorted(law.readings.items())),
        request.faults,
        request.kinds or tuple(FAULTS),
        request.dirty,
    )
    aside = request.file.with_name(f".{request.file.name}.part")
    try:
        planted, dirty = _written(aside, wanted, request, words)
        aside.replace(request.file)
    except OSError as error:
        raise CommandFailure(f"{request.file}: {error.strerror or in_words(error)}") from None
    finally:
        with suppress(OSError):  # it is not there: renamed, or never made
            aside.unlink()
    if form == "json":
        print_json({"file": str(request.file), "rows": request.rows, "planted": planted, "dirty": dirty})
    else:
        print(say("rows-synth", words, rows=count_text(request.rows), file=request.file))
        if request.faults or request.dirty:
            print(say("planted", words, rows=count_text(planted), dirty=count_text(dirty)))
    return 0


def _check(request: SynthRequest) -> None:
    if request.file.suffix not in (".parquet", ".csv"):
        raise CommandFailure(f"{request.file}: a register is a .parquet or .csv file")
    if request.rows < 1:
        raise CommandFailure(f"--rows {request.rows}: a register has at least one row")
    for name, share in (("--faults", request.faults), ("--dirty", request.dirty)):
        if not 0 <= share <= 1:
            raise CommandFailure(f"{name} {share}: a share is between 0 and 1")
    if request.dirty and request.file.suffix != ".csv":
        raise CommandFailure("--dirty: only text can hold a day that does not exist; write a .csv file")
    for kind in request.kinds:
        if kind not in FAULTS:
            raise CommandFailure(f"--kind {kind}: no such fault; there are {', '.join(FAULTS)}")


def _written(aside: Path, wanted: Wanted, request: SynthRequest, words: str) -> tuple[int, int]:
    """Write all pieces; how many rows have a fault, and how many cannot be judged."""
    planted = dirty = 0
    writer: csv.CSVWriter | parquet.ParquetWriter | None = None
    pieces = register(wanted)
    with rows_a_second(words) as tell:
        try:
            for number, table in enumerate(pieces):
                if request.file.suffix == ".csv":
                    table = with_dirt(table, wanted, number)
                writer = writer or _writer(aside, table, request.file.suffix)
                writer.write_table(table)
                marks = [mark for mark in table[PLANTED].to_pylist() if mark is not None]
                dirty += sum(mark.startswith("dirty:") for mark in marks)
                planted += sum(not mark.startswith("dirty:") for mark in marks)
                tell(min((number + 1) * PIECE, wanted.rows), wanted.rows, "synth")
        finally:
            if writer is not None:
                writer.close()
    return planted, dirty


def _writer(aside: Path, table: pa.Table, suffix: str) -> csv.CSVWriter | parquet.ParquetWriter:
    if suffix == ".csv":
        return csv.CSVWriter(aside, table.schema, write_options=csv.WriteOptions(quoting_style="needed"))
    return parquet_writer(aside, table.schema, "zstd")
