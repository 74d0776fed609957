"""`audit --against`: what another law would change in a table, printed."""

from jpki_oracle.audit.report import change_lines, change_tables
from jpki_oracle.audit.what_if import WhatIfResult
from jpki_oracle.audit.wording import count_text, say
from jpki_oracle.commands.printing import print_json, print_table


def print_what_if(result: WhatIfResult, form: str, lang: str) -> None:
    """The changes of each output, by age and by year."""
    if form == "json":
        print_json(result.as_json())
        return
    heading = "## " if form == "markdown" else ""
    for change in result.changes:
        one, other = result.asked.law, result.asked.other
        print(heading + say("what-if-head", lang, output=change.output, one=one, other=other) + "\n")
        for line in change_lines(change, result, lang):
            print(line)
        for title, rows in change_tables(change, lang):
            print(f"\n{title}\n")
            print_table(rows, form)
        print()
    if result.unjudged:
        print(f"{say('unjudged', lang)}: {count_text(result.unjudged)}")
    if result.files:
        print(say("written", lang, files=", ".join(result.files)))
