"""The tables of docs/reliability.md, which the scripts write that run what they tell of."""
import os
import sys

from common import ROOT, Table, markdown

PATH = os.path.join(ROOT, "docs", "reliability.md")


class GeneratedTable:
    """A table between two markers, with rows that are known by their first cell."""

    def __init__(self, name, header, path=PATH):
        self.path, self.header = path, header
        self.markers = f"<!-- {name} -->", f"<!-- end: {name} -->"
        with open(path) as file:
            text = file.read()
        start = text.index(self.markers[0]) + len(self.markers[0])
        end = text.index(self.markers[1])
        self.before, self.after = text[:start], text[end:]
        # Below the heading and its rule.
        self.rows = {}
        for line in text[start:end].strip().splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            self.rows[cells[0]] = cells + [""] * (len(header) - len(cells))

    def write(self):
        lines = markdown(self.header, self.rows.values())
        with open(self.path, "w") as file:
            file.write(self.before + "\n" + "\n".join(lines) + "\n" + self.after)


class FailureTable(GeneratedTable):
    """What was broken: each row as the full setting saw it last, and whether continuous integration runs it too."""

    def __init__(self, path=PATH):
        super().__init__("failures: ops/failure-tests --record", (*Table.HEADER, "in CI", "last run at length"), path)

    def record(self, table, day, is_quick, is_whole):
        """Takes over what ran without a failure: all of it from the full setting, from the quick one that it is in CI.

        What a whole quick setting did not run is not in CI."""
        for row in table.rows:
            if row[0] in table.failed:
                continue
            in_ci, last = self.rows.get(row[0], [""] * 7)[5:]
            if not is_quick:
                self.rows[row[0]] = [*row, in_ci, day]
            elif row[0] in self.rows:
                self.rows[row[0]][5] = "yes"
            else:
                self.rows[row[0]] = [*row, "yes", last]
        if is_quick and is_whole and not table.left_out:
            ran = {row[0] for row in table.rows}
            for name, row in self.rows.items():
                row[5] = "yes" if name in ran else ""

    def contradictions(self, table):
        """How the column "in CI" differs from what the quick setting has just run."""
        ran = {row[0] for row in table.rows}
        marked = {name for name, row in self.rows.items() if row[5] == "yes"}
        found = [f"it ran and is not marked: {name}" for name in sorted(ran - marked)]
        # What could not run here is not wrongly marked.
        if not table.left_out:
            found += [f"it is marked and did not run: {name}" for name in sorted(marked - ran)]
        return found


class WeeklyTable(GeneratedTable):
    """What `ops/check-weekly` ran last, part by part."""

    def __init__(self, path=PATH):
        super().__init__("parts: ops/check-weekly", ("part", "what it is", "outcome", "last run"), path)

    def record(self, part, title, outcome, day):
        self.rows[part] = [part, title, outcome, day]


def main(arguments):
    """PART TITLE OUTCOME DAY: writes a row of the weekly table, which `ops/check-weekly` calls after each part."""
    table = WeeklyTable()
    table.record(*arguments)
    table.write()


if __name__ == "__main__":
    main(sys.argv[1:])
