"""The command line, and the only place where everything meets."""

from __future__ import annotations

import gc

gc.disable()  # what is imported stays: looking for garbage in it was a fifth of the start

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot import words
from bot.app import Services
from bot.clock import now
from bot.commands import clinic, demo_clinics, doctor, keys, load, people, schedule, terminal
from bot.commands.serving import CannotStart, on_port, serve_parents
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.settings import BadSetting, Settings, read_settings
from bot.telegram.errors import describe
from bot.watch import logs
from bot.watch.watching import Watch
from services.model.access import Role
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable
from services.runtime.health import Level, wrong
from services.runtime.use_case import finish_use_cases
from storage.care.backup import BadBackup, Contents, back_up, restore
from storage.care.checkup import look_over
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.process_lock import Held, held_for
from storage.database.transaction import StoredTransactions
from storage.database.urls import BadDatabase, is_sqlite, read_url

gc.freeze()
gc.enable()

if TYPE_CHECKING:
    from bot.watch.metrics import Metrics
    from storage.care.ciphers import Ciphers

DEMO_DATA = Path("data/demo")
SERVING = ("run", "demo")
"""The commands that serve parents until they are stopped."""
UNWELL = 1
"""The exit code of a look that found something wrong, and has said what."""
CANNOT_START = 2
"""The exit code of a start that a person has to mend: a setting, the token, the database."""


class Unwell(Exception):
    """Something is wrong; it has been said."""


@asynccontextmanager
async def opened(
    settings: Settings,
    command: str,
    clock: Clock = now,
    watch: Watch | None = None,
    *,
    unlocked: bool = True,
) -> AsyncIterator[Services]:
    """The services over a database that is brought up to date first, and let go at the end.

    A SQLite file is this process's alone meanwhile; `command` tells others what it is doing.

    Raises:
        BadSetting: numbers are in it that no key opens; unless it need not be `unlocked`.
    """
    url = read_url(settings.database_url)
    with held_for(command, url):
        await migrate(url)
        engines = open_engines(url)
        try:
            watch = watch or Watch()
            transactions = StoredTransactions(
                engines, clock, watch.transaction, _ciphers_of(settings)
            )
            services = Services(transactions, clock, watch.notified)
            if unlocked:
                await _require_keys(services)
            yield services
        finally:
            await finish_use_cases()
            await engines.dispose()


def _ciphers_of(settings: Settings) -> Ciphers | None:
    """The keys that are set, if any; whoever has none does not need their library either."""
    if not settings.encryption_keys:
        return None
    from storage.care.ciphers import Ciphers

    return Ciphers(settings.secret_keys)


async def _require_keys(services: Services) -> None:
    """Raises `BadSetting` where the registry would look for numbers that nobody can read (R35)."""
    if locked := await services.phones.locked():
        raise BadSetting(
            f"ENCRYPTION_KEYS: no key here opens {locked} phone numbers of the database: put back "
            "the key they were kept with (or give them up: python -m bot keys forget-lost)."
        )


@asynccontextmanager
async def looked_at(settings: Settings) -> AsyncIterator[Services]:
    """The services over a database that others may be writing to, and that is only read.

    Raises:
        BadDatabase: there is none yet.
    """
    if not await _is_there(settings):
        raise BadDatabase("is not there yet")
    engines = open_engines(read_url(settings.database_url))
    try:
        yield Services(StoredTransactions(engines, now, ciphers=_ciphers_of(settings)), now)
    finally:
        await engines.dispose()


async def _is_there(settings: Settings) -> bool:
    """Whether a SQLite file is; a server is asked when it is needed."""
    url = read_url(settings.database_url)
    return not is_sqlite(url) or await asyncio.to_thread(Path(url.database or "").is_file)


# The commands


async def run(settings: Settings, options: argparse.Namespace) -> None:
    """Serve parents until SIGTERM or Ctrl+C."""
    logs.set_up(settings.log_level)
    metrics = _metrics_for(settings)
    async with opened(settings, "run", watch=metrics) as services:
        await serve_parents(
            settings, services, metrics=metrics, delete_webhook=options.delete_webhook
        )


def _metrics_for(settings: Settings) -> Metrics | None:
    """What counts, if somebody looks at it: its library takes its time to be loaded."""
    if settings.operations_port is None:
        return None
    from bot.watch.metrics import Metrics

    return Metrics()


async def run_demo(settings: Settings, _options: argparse.Namespace) -> None:
    """Serve the sandbox's people: a chat page in the browser instead of Telegram."""
    logs.set_up(settings.log_level if "log_level" in settings.model_fields_set else "WARNING")
    telegram = Telegram(token=demo_clinics.TOKEN, memory=DEMO_DATA / "telegram.json")
    for telegram_id, name, hint in demo_clinics.PEOPLE:
        telegram.add_user(telegram_id, name, hint=hint)
    for telegram_id in demo_clinics.WROTE:
        telegram.world.users[telegram_id].started = True
    async with _sandbox(telegram, settings.port) as address:
        demo_settings = settings.model_copy(
            update={
                "bot_token": SecretStr(demo_clinics.TOKEN),
                "database_url": f"sqlite+aiosqlite:///{DEMO_DATA / 'bot.db'}",
                "telegram_api_base": address,
                "telegram_proxy": None,
                "encryption_keys": [SecretStr(keys.key_in(DEMO_DATA / "key"))],
            }
        )
        async with opened(demo_settings, "demo", telegram.now) as services:
            await demo_clinics.seed(services)
            telegram.upcoming = services.notices.upcoming
            await demo_day(telegram, demo_settings, services, address)


async def demo_day(
    telegram: Telegram, settings: Settings, services: Services, address: str
) -> None:
    """Serve, and let the doctors' times follow whenever the demo's clock is moved forward."""

    async def follow() -> None:
        with telegram.subscribe() as events:
            while event := await events.get():
                if event["kind"] == "clock":
                    await services.clinics.refresh_schedules()

    ready = f"The demo is open: {address} (Ctrl+C ends it)"
    following = asyncio.create_task(follow())
    try:
        await serve_parents(
            settings, services, clock=telegram.now, on_ready=lambda: print(ready, flush=True)
        )
    finally:
        following.cancel()


async def run_migrate(settings: Settings, _options: argparse.Namespace) -> None:
    """Bring the database up to date, and nothing else."""
    logs.set_up(settings.log_level)
    url = read_url(settings.database_url)
    with held_for("migrate", url):
        await migrate(url)
    print("The database is up to date.")


async def run_seed_demo(settings: Settings, _options: argparse.Namespace) -> None:
    """Put the demo's clinics and families into the database."""
    logs.set_up(settings.log_level)
    async with opened(settings, "seed-demo") as services:
        await demo_clinics.seed(services)
    print("The demo's clinics and families are in the database.")


async def run_backup(settings: Settings, options: argparse.Namespace) -> None:
    """Put a copy of the database into a new file; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    contents = await back_up(read_url(settings.database_url), options.file, now())
    print(f"The backup is in {options.file}.", _told(contents), sep="\n")


async def run_restore(settings: Settings, options: argparse.Namespace) -> None:
    """Fill an empty database from a backup."""
    logs.set_up(settings.log_level)
    url = read_url(settings.database_url)
    with held_for("restore", url):
        contents = await restore(url, options.file, now())
    print(
        "The database is restored.",
        _told(contents),
        "What happened after that is not in it. Telegram may deliver once more what it still "
        "holds, for at most 24 hours: harmless.",
        sep="\n",
    )


async def run_doctor(settings: Settings, _options: argparse.Namespace) -> None:
    """Look over settings, token, clock, webhook and database; change nothing."""
    logs.set_up("CRITICAL")
    findings = list(doctor.look_over_settings(settings))
    findings += [finding async for finding in doctor.look_at_telegram(settings, now)]
    try:
        url = read_url(settings.database_url)
        findings += await look_over(url, now, _ciphers_of(settings))
    except BadDatabase as trouble:
        findings.append(wrong("database", f"it {trouble}", "mend DATABASE_URL, see .env.example"))
    print(*doctor.lines(findings), sep="\n")
    if any(finding.level is Level.WRONG for finding in findings):
        raise Unwell


async def run_invite(settings: Settings, options: argparse.Namespace) -> None:
    """Make a link by which one person becomes a clinic's administrator, registrar or doctor."""
    logs.set_up(settings.log_level)
    username = options.bot or await people.username_of(settings)
    async with opened(settings, "invite") as services:
        link = await people.invite(
            services, username, options.clinic, Role(options.role), options.doctor
        )
    print(people.printed(link))


async def run_journal_verify(settings: Settings, options: argparse.Namespace) -> None:
    """Look whether the journals of access are whole; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    anchors = people.read_anchors(options.anchor)
    async with looked_at(settings) as services:
        verdicts = await services.journal.verify(anchors)
    print(*people.verdict_lines(verdicts), sep="\n")
    if any(verdict.broken_at for verdict in verdicts):
        raise Unwell


async def run_journal_heads(settings: Settings, _options: argparse.Namespace) -> None:
    """Print the last record of each journal, to be kept in a file elsewhere."""
    logs.set_up(settings.log_level)
    async with looked_at(settings) as services:
        print(*map(people.head_line, await services.journal.heads()), sep="\n")


async def run_keys_new(_settings: Settings, _options: argparse.Namespace) -> None:
    """Print a new key for ENCRYPTION_KEYS, which nobody else has."""
    print(keys.new_key())


async def run_keys_rotate(settings: Settings, options: argparse.Namespace) -> None:
    """Encrypt with the first key what older ones encrypted; whenever it ends, again goes on."""
    logs.set_up(settings.log_level)
    if not settings.encryption_keys:
        raise BadSetting("ENCRYPTION_KEYS: there is no key. `python -m bot keys new` makes one.")
    async with opened(settings, options.name) as services:
        count = await services.phones.encrypt_anew()
    print(f"Phone numbers encrypted anew: {count}. All are under the first key now.")


async def run_keys_forget_lost(settings: Settings, options: argparse.Namespace) -> None:
    """Drop the phone numbers that none of the keys opens: when their key is lost for good."""
    logs.set_up(settings.log_level)
    async with opened(settings, options.name, unlocked=False) as services:
        if not (lost := await services.phones.locked()):
            print("The keys open every phone number: there is nothing to drop.")
        elif options.yes or terminal.agreed(
            terminal.ask_at_terminal, f"Drop {lost} phone numbers for good? [y/N]"
        ):
            print(f"Phone numbers dropped: {await services.phones.forget_locked()}.")
        else:
            print("Nothing was changed.")


KEYS = {
    "new": run_keys_new,
    "rotate": run_keys_rotate,
    "forget-lost": run_keys_forget_lost,
}
"""What can be done about the keys that phone numbers are encrypted with."""


async def run_schedule_template(settings: Settings, options: argparse.Namespace) -> None:
    """Make an empty sheet for a clinic's timetable or times, with examples and an explanation."""
    schedule.write_template(
        options.file, words.load(), settings.default_language, slots=options.slots
    )
    print(f"The template is in {options.file}.")


async def run_schedule_import(settings: Settings, options: argparse.Namespace) -> None:
    """Take over a clinic's timetable or times from a sheet: say what it would do, ask, do all."""
    logs.set_up(settings.log_level)
    i18n, language = words.load(), settings.default_language
    async with opened(settings, options.name) as services:
        await schedule.take_over(
            services, options, now, i18n, language, print, terminal.ask_at_terminal
        )


async def run_schedule_export(settings: Settings, options: argparse.Namespace) -> None:
    """Put a clinic's timetable or times into a sheet that can be imported; the bot may go on."""
    logs.set_up(settings.log_level)
    export = schedule.export_slots if options.slots else schedule.export
    async with looked_at(settings) as services:
        count = await export(
            services, options.clinic, options.file, words.load(), settings.default_language
        )
    if options.slots:
        print(f"The times are in {options.file}, without anybody's name. Rows: {count}.")
    else:
        print(f"The timetable is in {options.file}. Doctors: {count}.")


SCHEDULE = {
    "template": run_schedule_template,
    "import": run_schedule_import,
    "export": run_schedule_export,
}
"""What can be done with a clinic's timetable as a sheet."""


async def run_clinic_template(_settings: Settings, options: argparse.Namespace) -> None:
    """Make a file, explained, into which a clinic writes all that the bot has to know of it."""
    clinic.write_template(options.file)
    print(f"The template is in {options.file}.")


async def run_clinic_enter(settings: Settings, options: argparse.Namespace) -> None:
    """Enter a clinic, or change it, by its file: say what it would do, ask, do all of it."""
    logs.set_up(settings.log_level)
    i18n, language = words.load(), settings.default_language
    async with opened(settings, options.name) as services:
        await clinic.enter(services, options, i18n, language, print, terminal.ask_at_terminal)


async def run_clinic_check(settings: Settings, options: argparse.Namespace) -> None:
    """Say whether a clinic's file could be entered, and what that would do; change nothing."""
    logs.set_up(settings.log_level)
    i18n, language = words.load(), settings.default_language
    entry = await clinic.read_entry(options.file, i18n, language)
    if not await _is_there(settings):
        print(clinic.acceptable(i18n, language))
        return
    async with looked_at(settings) as services:
        print(*await clinic.check(services, entry, i18n, language), sep="\n")


async def run_clinic_show(settings: Settings, options: argparse.Namespace) -> None:
    """Print a clinic as a file that can be changed and entered; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    async with looked_at(settings) as services:
        print(await clinic.show(services, options.code), end="")


async def run_clinic_list(settings: Settings, _options: argparse.Namespace) -> None:
    """Print each clinic's code and name; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    async with looked_at(settings) as services:
        print(*await clinic.listed(services), sep="\n")


async def run_clinic_poster(settings: Settings, options: argparse.Namespace) -> None:
    """Make a poster with the QR code that opens the bot at a clinic; the bot may go on."""
    logs.set_up(settings.log_level)
    username = options.bot or await people.username_of(settings)
    async with looked_at(settings) as services:
        link = await clinic.draw_poster(
            services,
            options.code,
            username,
            options.file,
            words.load(),
            settings.default_language,
        )
    print(f"The poster is in {options.file}. It opens {link}")


CLINIC = {
    "template": run_clinic_template,
    "check": run_clinic_check,
    "enter": run_clinic_enter,
    "show": run_clinic_show,
    "list": run_clinic_list,
    "poster": run_clinic_poster,
}
"""What can be done with a clinic as a file."""


async def run_load(settings: Settings, options: argparse.Namespace) -> None:
    """Print how full a clinic is, day by day, and what was asked for; the bot may go on."""
    logs.set_up(settings.log_level)
    async with looked_at(settings) as services:
        said = await load.show(services, options, words.load(), settings.default_language)
    print(*said, sep="\n")


def _told(contents: Contents) -> str:
    """How much there is, and of when; nobody's name."""
    of = f"{contents.taken_at:%Y-%m-%d %H:%M:%S} UTC" if contents.taken_at else "unknown"
    return (
        f"As of: {of}. Clinics: {contents.clinics}, doctors: {contents.doctors}, "
        f"children: {contents.children}, visits ahead: {contents.visits_ahead}."
    )


@asynccontextmanager
async def _sandbox(telegram: Telegram, port: int) -> AsyncIterator[str]:
    try:
        serving = serve(telegram, "127.0.0.1", port)
        async with on_port(serving, port, "choose another, PORT=8081 make demo") as address:
            yield address
    finally:
        await telegram.close()


Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, None]]


def main() -> int:
    """Read the command line, run one command, say in one line why it could not be."""
    options = _parser().parse_args()
    command: Command = options.command
    try:
        asyncio.run(command(read_settings(), options))
    except Unwell:
        return UNWELL
    except (
        BadSetting,
        BadBackup,
        CannotStart,
        people.CannotInvite,
        people.BadAnchor,
        terminal.CannotDo,
        words.MissingCatalog,
    ) as trouble:
        print(trouble, file=sys.stderr)
    except Held as held:
        print(f"DATABASE_URL: {_way_past(held, options.name)}.", file=sys.stderr)
    except BadDatabase as trouble:
        print(f"DATABASE_URL: the database {trouble}.", file=sys.stderr)
    except StorageUnavailable as trouble:
        print(f"DATABASE_URL: {describe(trouble.__cause__ or trouble)}.", file=sys.stderr)
    else:
        return 0
    return CANNOT_START


def _way_past(held: Held, command: str) -> str:
    """What to do about the other process, in terms of the command that found it."""
    process = f"(process {held.process or 'unknown'})"
    if held.command not in SERVING:
        return f"`{held.command or 'another command'}` {process} is at work: let it finish"
    if command in SERVING:
        return (
            f"another bot {process} has this file open: stop it first; "
            "for several processes use PostgreSQL"
        )
    return f"the bot {process} is running: stop it, do this, start it again (or do it in the chat)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        about = (command.__doc__ or "").strip()
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(command=command, name=name)
        return added

    add("run", run).add_argument(
        "--delete-webhook", action="store_true", help="remove a webhook that was set before"
    )
    add("demo", run_demo)
    add("migrate", run_migrate)
    add("seed-demo", run_seed_demo)
    add("doctor", run_doctor)
    invite = add("invite", run_invite)
    invite.add_argument("--clinic", required=True, metavar="CODE")
    invite.add_argument("--role", required=True, choices=[role.value for role in Role])
    invite.add_argument("--doctor", type=int, metavar="ID", help="with --role doctor")
    invite.add_argument("--bot", metavar="NAME", help="the bot's name; by default Telegram says it")
    journal = commands.add_parser("journal", help="Who of the staff saw or changed what.")
    looks = journal.add_subparsers(required=True, metavar="ACTION")
    for action, look in {"verify": run_journal_verify, "heads": run_journal_heads}.items():
        about = (look.__doc__ or "").strip()
        each = looks.add_parser(action, help=about, description=about)
        each.set_defaults(command=look, name=f"journal {action}")
        if look is run_journal_verify:
            each.add_argument(
                "--anchor",
                action="append",
                default=[],
                type=Path,
                metavar="FILE",
                help="what `journal heads` printed some time ago",
            )
    _add_family(
        commands, "keys", "What phone numbers are encrypted with.", KEYS, keys.add_arguments
    )
    _add_family(commands, "clinic", "A clinic as a file.", CLINIC, clinic.add_arguments)
    _add_family(
        commands, "schedule", "A clinic's timetable as a sheet.", SCHEDULE, schedule.add_arguments
    )
    load.add_arguments(add("load", run_load))
    for added in (add("backup", run_backup), add("restore", run_restore)):
        added.add_argument("file", type=Path, metavar="FILE", help="where the backup is kept")
    return parser


def _add_family(
    commands: Any,
    name: str,
    about: str,
    actions: Mapping[str, Command],
    add_arguments: Callable[[argparse.ArgumentParser, str], None],
) -> None:
    """Commands of two words."""
    family = commands.add_parser(name, help=about).add_subparsers(required=True, metavar="ACTION")
    for action, command in actions.items():
        does = (command.__doc__ or "").strip()
        added = family.add_parser(action, help=does, description=does)
        added.set_defaults(command=command, name=f"{name} {action}")
        add_arguments(added, action)


if __name__ == "__main__":
    os.umask(0o077)  # databases and backups hold children's names: they are nobody else's
    sys.exit(main())
