"""Crisis Console: from the first post to the person who can decide.

A room imports only from floors below it; the arrow never turns. `pyproject.toml` and `tests/house` hold us to it.

       app/  cli.py        the composition root and the command line: they alone know every room
       -----------------------------------------------------------------------------------------
    5  ui/                 Qt: models, panels, dialogs, tray, cards
    4  services/           what runs (engine) and what people do (desk, report, verify, drill)
    3  pipeline/           the stages that a mention passes
    2  store/              SQLite: one writer, many readers
    1  domain/             nouns and their rules: the standard library only; no clock, disk, wire or screen

       wings beside floor 3, standing on the domain alone, one file per plug-in:
           sources/  scorers/  notifiers/  exporters/
       workshop beside floor 3, standing on the domain and numpy alone:
           measures/
       cellar, for every room but the domain:
           settings.py  log.py  assets.py  wire/ (the one guarded HTTP client)  words/ (all sentences)
       doors:
           __main__.py  bootstrap.py (the environment, from a plain checkout)  selftest.py (the one test command)

The way of one mention, from the wire to the executive:

    sources -> pipeline/intake -> pipeline/scoring -> store (one commit) -> pipeline/tally -> pipeline/judge
            -> store (alert, incident, notifications: one commit) -> pipeline/dispatch -> notifiers -> a person
            -> services/desk -> store -> exporters

What is on the screen is in the store. A notification is never lost, and never sent for nothing. A slow screen cannot
delay an alert. Blind never looks quiet.
"""

__version__ = "0.1.0"
