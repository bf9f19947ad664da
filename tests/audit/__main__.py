"""`python -m tests.audit HOME [COUNT [SEED]]`: printed numbers traced and counted again."""

import sys
from pathlib import Path

from models.loader import load_catalogue
from pipelines.settings import Home
from tests.audit.numbers import audit


def main() -> int:
    """Print what does not agree; 1 where there is any."""
    home = Home(Path(sys.argv[1]))
    count, seed = (int(each) for each in [*sys.argv[2:], "200", "5"][:2])
    found = audit(home, load_catalogue(), count, seed)
    for each in found:
        for line in each.told():
            sys.stdout.write(f"{line}\n")
    wrong = sum(not each.agrees for each in found)
    cells = sum(each.cells for each in found)
    sys.stdout.write(f"{len(found)} numbers, {cells} cells, {wrong} do not agree\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
