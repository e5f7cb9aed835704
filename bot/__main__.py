"""The command line: `python -m bot [run|ingest|check|search|ask|status|backup|restore|doctor]`."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import cli
from bot.clock import system_clock
from bot.errors import DomainError, SettingsError
from bot.interpreter import tune
from bot.logs import configure_logging, log_uncaught
from bot.reporting import describe_problems, report, report_end
from bot.settings import Settings, load_settings, load_sound_settings
from storage.base import StorageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 wrong settings or usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: JSON is UTF-8
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        settings = _load_settings(options)
    except SettingsError as error:
        return report(error)
    try:
        configure_logging(settings.log_level, settings.log_format, secrets=settings.secrets())
        tune()
        code: int = asyncio.run(options.run(options, settings, system_clock))
        sys.stdout.flush()
    except (DomainError, StorageError) as error:
        if options.run is cli.run:
            return report_end(error, settings.log_format)
        return report(error)
    except KeyboardInterrupt:
        return 130  # the shell's own code for SIGINT
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left in it
        return 1
    else:
        return code


def _load_settings(options: argparse.Namespace) -> Settings:
    """Return the settings; with what is wrong left out for `doctor`, which tells of it itself.

    Raises:
        SettingsError: some are wrong.
    """
    try:
        return load_settings()
    except SettingsError as error:
        if options.run is not cli.doctor:
            raise
        options.problems = describe_problems(error)
        return load_sound_settings(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="The paper-digest bot. Without a command it runs the bot."
    )
    parser.set_defaults(run=cli.run, json=False, problems=())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: cli.Command, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--json", action="store_true", help="print JSON on stdout")
        command.set_defaults(run=run)
        return command

    add("run", cli.run, "Run the bot (reads SEEDS_DIR first).")
    ingest = add("ingest", cli.ingest_paths, "Read digest files into the database.")
    check = add("check", cli.check_paths, "Check digest files, store nothing.")
    for command in (ingest, check):
        command.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="files or folders (SEEDS_DIR)"
        )
    search = add("search", cli.search, "Search the database.")
    search.add_argument("--limit", type=cli.positive, default=10, help="results at most (10)")
    ask = add("ask", cli.ask, "Ask a question; the answer quotes the digests.")
    for command, name in ((search, "query"), (ask, "question")):
        what = command.add_mutually_exclusive_group(required=True)
        what.add_argument(name, nargs="?", metavar=name.upper())
        what.add_argument(
            "--batch",
            type=Path,
            metavar="FILE",
            help='a file of {"id":…,"question":…} a line; prints a JSON line for each',
        )
    add("status", cli.status, "Show what the database holds and what is posted next.")
    backup = add("backup", cli.backup, "Copy the database while the bot runs.")
    restore = add("restore", cli.restore, "Put a copy in the database's place; stop the bot first.")
    for command in (backup, restore):
        command.add_argument("file", type=Path, metavar="FILE")
    add("doctor", cli.doctor, "Check the set-up; say how to mend what is wrong.")
    return parser


if __name__ == "__main__":
    log_uncaught()
    sys.exit(main())
