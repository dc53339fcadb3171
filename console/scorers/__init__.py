"""The scorers on offer, by name: where the factory of each stands. They are made in scoring processes only.

Nothing is imported here: what a scorer needs weighs hundreds of megabytes, and the program's own process never pays.
"""

SCORERS: dict[str, str] = {
    "snow": "console.scorers.snow:make",
    "stock": "console.scorers.stock:make",
}
"""``package.module:function``; a factory takes a mapping of plain options and gives a ``domain.ports.Scorer``."""
