"""The command line. It imports the standard library alone until a command is chosen, so that it answers at once."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

LANGUAGES = ("zh_CN", "en")

_EXAMPLES = {
    "demo": "crisis-console demo --screenshots shots",
    "run": "crisis-console run",
    "replay": "crisis-console replay stream.jsonl.gz --store replay.db --json out.json",
    "import": "crisis-console import posts.csv --store console.db",
    "score": "crisis-console score posts.csv --text-column text --output scored.csv",
    "export": "crisis-console export 1 --store console.db --format html --output reports --lang en",
    "verify": "crisis-console verify reports/incident-1.json",
    "source": "crisis-console source add feed https://example.org/feed.xml --name news",
    "monitor": "crisis-console monitor add 'Cedar fridges' --names 'Cedar,雪杉'",
    "contact": "crisis-console contact add 'Head of brand' --role executive",
    "test": "python3 -m console test --all",
}


class _Command(argparse.ArgumentParser):
    """A parser that ends with status 2 on a wrong call and shows an example in its help."""

    def example(self, name: str) -> "_Command":
        self.epilog = f"example: {_EXAMPLES[name]}"
        return self


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Command(prog="crisis-console", description="Watch a crisis unfold and tell the person who can decide.")
    top.add_argument("--version", action="store_true", help="print the version and exit")
    _desk_options(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Command)

    demo = commands.add_parser("demo", help="the desk on a bundled drill, offline").example("demo")
    demo.add_argument("--screenshots", type=Path, metavar="DIR", help="write pictures of the desk and the card here")
    # A sub-command that is told nothing must not overwrite what was said before it.
    _desk_options(demo, default=argparse.SUPPRESS)
    _first_start(demo)

    run = commands.add_parser("run", help="the engine without a screen").example("run")
    _store_option(run, required=False)

    replay = commands.add_parser("replay", help="play recorded streams through the whole path").example("replay")
    replay.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines, plain or gzipped")
    _store_option(replay)
    replay.add_argument("--speed", default="max", help="max, or how many times real time (default: max)")
    replay.add_argument("--json", type=Path, metavar="OUT", help="write what happened here (default: standard output)")
    replay.add_argument("--trust-sentiment", action="store_true", help="keep the sentiment that records carry")
    replay.add_argument("--batch", type=_count, default=256, help="records read at a time (default: 256)")
    replay.add_argument("--workers", type=_count, default=None, help="scoring processes (default: by the machine)")

    imported = commands.add_parser("import", help="read files of posts into a store").example("import")
    imported.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines, CSV or TSV")
    _store_option(imported)

    score = commands.add_parser("score", help="score the texts of a CSV file").example("score")
    score.add_argument("file", type=Path, metavar="FILE.csv")
    score.add_argument("--text-column", required=True, metavar="NAME")
    score.add_argument("--output", required=True, type=Path, metavar="OUT.csv")
    score.add_argument("--stock", action="store_true", help="only snownlp's own score, untouched")
    score.add_argument("--workers", type=_count, default=None, help="scoring processes (default: by the machine)")

    export = commands.add_parser("export", help="write an incident's timeline").example("export")
    export.add_argument("incident", type=int, metavar="INCIDENT")
    _store_option(export)
    export.add_argument("--format", required=True, choices=("html", "json"))
    export.add_argument("--output", required=True, type=Path, metavar="DIR")
    export.add_argument("--lang", dest="report_lang", choices=LANGUAGES, default=None, help="language of the document")
    export.add_argument("--force", action="store_true", help="replace files of the same name")

    verify = commands.add_parser("verify", help="check chains, digests and counts").example("verify")
    verify.add_argument("file", type=Path, metavar="STORE|EXPORT")

    _watchlist(commands)

    test = commands.add_parser("test", help="check the program itself, from a checkout").example("test")
    test.add_argument("--all", action="store_true", help="the long tests too")
    _first_start(test)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done or sound, 1 failed or broken, 2 wrong usage."""
    asked = parser().parse_args(arguments)
    if asked.version:
        from console import __version__

        print(f"crisis-console {__version__}")
        return 0
    if asked.command == "test":
        from console import selftest

        return selftest.run(is_all=asked.all)
    from console import app

    try:
        return app.run(asked)
    except BrokenPipeError:
        # Whoever read our answer has heard enough; Python would complain of it once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _watchlist(commands: "argparse._SubParsersAction[_Command]") -> None:
    source = commands.add_parser("source", help="add, list, test or remove sources").example("source")
    acts = source.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="listen to a feed or a folder")
    add.add_argument("kind", choices=("feed", "folder"))
    add.add_argument("where", metavar="URL|FOLDER")
    add.add_argument("--name", required=True)
    add.add_argument("--platform", default=None, help="weibo, forum, blog, portal, press ... (default: blog)")
    add.add_argument("--every", type=float, default=None, metavar="SECONDS", help="how often to read")
    add.add_argument("--allow-private", action="store_true", help="the address may be inside your own network")
    listed = acts.add_parser("list", help="the sources and how they are heard")
    test = acts.add_parser("test", help="read a source once and show five posts")
    test.add_argument("name")
    remove = acts.add_parser("remove", help="stop listening")
    remove.add_argument("name")
    _common(add, listed, test, remove)

    monitor = commands.add_parser("monitor", help="add, list, test or remove monitors").example("monitor")
    acts = monitor.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="watch for a brand, a product or a person")
    add.add_argument("title")
    add.add_argument("--names", default="", help="names and aliases, separated by commas")
    add.add_argument("--exclude", default="", help="words that rule a post out, separated by commas")
    add.add_argument("--handles", default="", help="your own accounts, separated by commas")
    add.add_argument("--only-at", action="store_true", help="take only posts that @-mention one of the handles")
    listed = acts.add_parser("list", help="the monitors")
    test = acts.add_parser("test", help="show what stored posts a monitor takes")
    test.add_argument("title")
    remove = acts.add_parser("remove", help="stop watching")
    remove.add_argument("title")
    _common(add, listed, test, remove)

    contact = commands.add_parser("contact", help="add, list, test or remove contacts").example("contact")
    acts = contact.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="name the officer, the executive or the deputy")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=("duty", "executive", "deputy"))
    add.add_argument("--lang", dest="contact_lang", choices=LANGUAGES, default=None, help="what they read")
    listed = acts.add_parser("list", help="the contacts")
    test = acts.add_parser("test", help="send a test notification")
    test.add_argument("name")
    remove = acts.add_parser("remove", help="no longer tell this person")
    remove.add_argument("name")
    _common(add, listed, test, remove)


def _desk_options(command: argparse.ArgumentParser, *, default: str | None = None) -> None:
    command.add_argument("--lang", choices=LANGUAGES, default=default, help="language of the interface")
    command.add_argument("--theme", choices=("dark", "light", "system"), default=default)


def _first_start(command: argparse.ArgumentParser) -> None:
    help_ = "first start from a checkout: install the system packages that are missing without asking"
    command.add_argument("--yes", action="store_true", help=help_)


def _common(*commands: argparse.ArgumentParser) -> None:
    for command in commands:
        _store_option(command, required=False)


def _store_option(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    command.add_argument(
        "--store",
        type=Path,
        metavar="S",
        required=required,
        help="the store's file" + ("" if required else " (default: your own)"),
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
