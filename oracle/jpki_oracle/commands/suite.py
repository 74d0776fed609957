"""`suite build` and `suite show`."""

from pathlib import Path

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.certify import Request, chosen, print_scenarios
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, progress
from jpki_oracle.language import language
from jpki_oracle.reports.files import write_whole
from jpki_oracle.scenarios.boundary import GoalUndecided, all_laws, build
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import write_suite


def build_command(file: Path, editions: list[str] | None) -> int:
    """Build a suite and write it; 0, or 2 where a goal stayed undecided."""
    laws = [law_argument(edition, ()) for edition in editions] if editions else all_laws()
    try:
        with progress() as tell:
            made = build(laws, lambda number, of, what: tell(number, of, what))
        write_whole(file, write_suite([*made.scenarios, *number_scenarios()]))
    except GoalUndecided as error:
        raise CommandFailure(str(error)) from None
    except OSError as error:
        raise CommandFailure(f"{file}: {error.strerror}") from None
    print(f"{file}: {len(made.scenarios)} lives; {len(made.unreachable)} edges that no life can reach")
    return 0


def show_command(file: Path | None, packs: list[str] | None, form: str, lang: str | None) -> int:
    """Print the scenarios of a suite."""
    suites = (file,) if file else ()
    scenarios = chosen(
        Request("", tuple(packs or ()), None, (), None, suites, (), None, None, False, 10.0, True)
    )
    if form == "json":
        print_json([scenario.as_json() for scenario in scenarios])
    else:
        print_scenarios(scenarios, form, language(lang))
    return 0
