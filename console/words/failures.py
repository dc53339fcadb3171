"""Failures: every error code of the console as a sentence that says what to do; short reasons; what a check found."""

import errno
import os
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from console.domain.errors import ConsoleError, Delayed, NotAllowed
from console.domain.escalation import NotificationState, Role
from console.domain.incident import IncidentState
from console.domain.sealing import Fault
from console.words.names import Names, say
from console.words.speech import UNKNOWN
from console.words.strangers import quoted

_ERRORS: Final[Mapping[str, str]] = {
    # a source's address, and what answered there
    "bad_url": say("“{url}” is not a web address that can be read. Correct it."),
    "url_has_password": say(
        "The address of {host} holds a password, which would stand in logs and exports. Take it out."
    ),
    "address_private": say(
        "{host} ({address}) lies inside this machine or its own network. Allow private addresses for this source "
        "if that is meant."
    ),
    "name_unknown": say("The name {host} cannot be found. Check the address and the network; it is tried again."),
    "unreachable": say("{host} cannot be reached: the server or the network is down. It is tried again."),
    "tls_failed": say(
        "The certificate of {host} was not accepted ({reason}). It is tried again; if it stays, tell its owner."
    ),
    "timed_out": say("{host} gave no whole answer within {seconds} s. It is tried again."),
    "bad_answer": say("{host} did not answer in proper HTTP ({reason}). It is tried again."),
    "truncated_body": say("The answer of {host} broke off after {received} bytes. It is tried again."),
    "bad_encoding": say(
        "The answer of {host} is compressed in a way that cannot be read ({encoding}). It is tried again."
    ),
    "too_large": say("The answer of {host} is larger than {limit} bytes and was not read. Choose a smaller feed."),
    "redirect_refused": say(
        "{host} leads on to {target}, where the console does not follow. Enter the final address yourself."
    ),
    "redirect_loop": say("{host} leads on more than {hops} times. Enter the final address yourself."),
    "rate_limited": say("{host} says that it is asked too often. It is asked again later; a longer interval helps."),
    "server_failed": say("{host} is in trouble itself (status {status}). It is tried again."),
    "bad_status": say("{host} answered with status {status}, which was not expected. It is tried again."),
    "login_refused": say(
        "{host} wants a login or forbids us (status {status}). Check the access; nothing is asked until then."
    ),
    "not_there": say("There is no such page at {host} (status {status}). Correct the address."),
    "request_refused": say("{host} does not take this request (status {status}). Check the address."),
    "not_json": say("The answer is not proper JSON ({reason}). Check that the address is a feed; it is tried again."),
    "not_a_feed": say(
        "What stands there is not a feed ({reason}). Look for the site's RSS, Atom or JSON Feed address."
    ),
    "nothing_readable": say("Items came, but none can be read; the first, {place}: {reason}."),
    "no_answer": say("The source hung for {seconds} s and was given up. It is tried again."),
    "source_died": say("This source's program failed ({error}) and was started again. The log says more."),
    "folder_missing": say("There is no folder {path}. Correct it, or make it; it is looked for again."),
    "folder_unreadable": say("The folder {path} cannot be read: {reason}. Check who may read it; it is tried again."),
    # files that a person names
    "file_unreadable": say("{path} cannot be read: {reason}."),
    "file_broken_off": say("{path} is damaged or incomplete. Fetch it again."),
    "file_exists": say("{path} is there already. Choose another folder, or allow it to be replaced (--force)."),
    "folder_unusable": say("Nothing can be written into {path}: {reason}. Choose another folder."),
    "empty_file": say("{path} is empty."),
    "no_such_column": say("{path} has no column “{column}”. Its columns are: {columns}."),
    "not_csv": say("{path} is not proper CSV at line {line}: {said}."),
    "json_array": say("{path} is one JSON array. Write one object a line (JSON lines), or CSV."),
    "no_text_column": say("{path} has no column of texts that is known. Its columns are: {columns}."),
    "unreadable_file": say("{path} cannot be read: {said}."),
    "unreadable_text": say("{path} is not text in UTF-8 or GB18030. Save it as UTF-8."),
    "unwritable_file": say("{path} cannot be written: {said}. Choose another place."),
    "same_file": say("{path} would be written over while it is read. Name another output."),
    "nothing_to_check_against": say("{path} has nothing to be checked against: put {beside} beside it."),
    # names that a person gives
    "no_such_incident": say("There is no incident {incident}."),
    "no_such_source": say("There is no source “{name}”."),
    "no_such_monitor": say("There is no monitor “{name}”."),
    "no_such_contact": say("There is no contact “{name}”."),
    "name_taken": say("The name “{name}” is taken. Choose another."),
    "option_wrong": say("“{value}” is not a value for {option}. Correct it."),
    "no_such_kind": say("There is no kind of source “{kind}”."),
    "option_unknown": say("A source of kind {kind} has no option “{option}”."),
    "option_missing": say("A source of kind {kind} needs {option}."),
    "speed_wrong": say("“{value}” is not a speed: say max, or how many times real time."),
    # settings of this machine
    "home_unusable": say("The folder {path} cannot be used: {reason}. Set CRISIS_CONSOLE_HOME to another."),
    "settings_unreadable": say("The settings {path} cannot be read: {reason}."),
    "settings_not_toml": say("The settings {path} are not proper TOML: {reason}. Correct the file, or remove it."),
    "setting_unknown": say("{path}, line {line}: there is no setting “{key}”. Correct or remove it."),
    "setting_wrong": say("{path}, line {line}: “{value}” is not a value for {key}. Correct or remove it."),
    # the store
    "no_such_store": say("There is no store at {path}."),
    "not_a_store": say("{path} is not a store of this program. It was left alone; name another file."),
    "store_folder": say("The folder {path} cannot be made: {detail}. Name another place for the store."),
    "store_in_use": say("Another crisis console is using {path}. Close it first, or work there."),
    "store_busy": say("{path} is held by another program. It is tried again; nothing is lost meanwhile."),
    "store_recovered": say(
        "The store was damaged. The newest good backup is in its place; what came later is missing."
    ),
    "store_corrupt": say(
        "{path} is damaged. It is set aside and the newest good backup put in its place at the next start."
    ),
    "store_full": say("There is no room left for {path}. Make room: reading waits, nothing is dropped."),
    "store_too_new": say("{path} was written by a newer crisis console. Install that version; nothing was changed."),
    "store_io": say("The disk under {path} fails: {detail}. Save what you can and replace it."),
    "store_unwritable": say(
        "{path} cannot be opened for writing: {detail}. Check who owns it and whether the disk is read-only."
    ),
    # scoring and the engine
    "scorer_unready": say(
        "The scorer did not start: {said}. Nothing can be judged until it does; reinstall the console."
    ),
    "engine_stopped": say("The console is stopping. Nothing was changed."),
    # a desktop's notifications
    "no_desktop": say("No notification service answers on this desktop. The card on this screen stands in for it."),
    "desktop_slow": say("The desktop's notification service did not answer within {seconds} s. It is tried again."),
    "desktop_forbidden": say(
        "This desktop does not allow notifications of the console. Allow them in the system's settings."
    ),
    "desktop_refused": say(
        "The desktop's notification service refused it ({error}). The card on this screen stands in."
    ),
}

_REASONS: Final[Mapping[str, str]] = {
    "few": say("too few posts to say"),
    "blind": say("nothing was heard for part of this time"),
    "learning": say("still learning what is normal"),
    "awaits_root": say("waits for the post it reposts"),
    "no_words": say("it has no words of its own"),
    "poison": say("this text broke the scorer and was set aside; read it yourself"),
    "too_slow": say("this text took too long to score; read it yourself"),
    "unscored": say("not scored"),
    "replay": say("a replay reaches nobody"),
    "drill": say("a drill reaches only this machine"),
    # why a source is not heard
    "not_heard": say("it was not asked or did not answer in time"),
    "late": say("it did not answer"),
    "failing": say("it did not answer"),
    "refused": say("it does not serve us"),
    "suspended": say("the machine was asleep"),
    "bad_url": say("wrong address"),
    "url_has_password": say("password in the address"),
    "address_private": say("private address"),
    "name_unknown": say("name not found"),
    "unreachable": say("not reachable"),
    "tls_failed": say("certificate not accepted"),
    "timed_out": say("no answer in time"),
    "bad_answer": say("no proper answer"),
    "truncated_body": say("the answer broke off"),
    "bad_encoding": say("unreadable encoding"),
    "too_large": say("too large"),
    "redirect_refused": say("led elsewhere"),
    "redirect_loop": say("led in circles"),
    "rate_limited": say("asked too often"),
    "server_failed": say("the server is in trouble"),
    "bad_status": say("unexpected answer"),
    "login_refused": say("login refused"),
    "not_there": say("page not found"),
    "request_refused": say("request refused"),
    "not_a_feed": say("not a feed"),
    "not_json": say("not proper JSON"),
    "no_answer": say("it hung"),
    "source_died": say("its program failed"),
    "folder_missing": say("no such folder"),
    "folder_unreadable": say("the folder cannot be read"),
    "file_unreadable": say("the file cannot be read"),
    "file_broken_off": say("the file is damaged"),
    # why an item was rejected
    "json_array": say("one JSON array in place of lines"),
    "no_text_column": say("no column of texts"),
    "bad_row": say("a row that is not proper CSV"),
    "not_a_record": say("not a record"),
    "no_text": say("without a text"),
    "no_id": say("without an id"),
    "no_time": say("without a time"),
    "bad_time": say("unreadable time"),
    "wrong_type": say("a field of the wrong kind"),
    "bad_number": say("a number out of range"),
    # why a notification was not delivered
    "no_desktop": say("no notification service"),
    "desktop_slow": say("the notification service is slow"),
    "desktop_forbidden": say("notifications are forbidden"),
    "desktop_refused": say("the notification service refused it"),
    "no_contact": say("this person is not told any more"),
    "no_channel": say("there is no channel to this person"),
    "broken": say("the program failed at it; the log says more"),
}

_SYSTEM: Final[Mapping[str, str]] = {
    os.strerror(errno.ENOENT): say("there is no such file or folder"),
    os.strerror(errno.EACCES): say("access is not allowed"),
    os.strerror(errno.ENOSPC): say("no space is left"),
    os.strerror(errno.EISDIR): say("it is a folder"),
    os.strerror(errno.ENOTDIR): say("a part of the path is not a folder"),
    os.strerror(errno.EROFS): say("it can only be read"),
}
"""The commonest refusals of the operating system, as it says them, in the machine's language and not the reader's."""

_FAULTS: Final[Mapping[str, str]] = {
    "entry_broken": say("Entry #{seq} (number {place} here) is broken: it is not what was written."),
    "digest_differs": say("The digest does not fit: something outside the entries was changed."),
    "form_differs": say("The file is not in the form in which it was written (line {line})."),
    "not_json": say("The file is not whole: it breaks at line {line}."),
    "not_an_export": say("The file is not an export of this program."),
    "file_differs": say("The file is not the one that was exported: its SHA-256 is {digest}."),
    "store_damaged": say("The file is damaged: {detail}."),
    "rows_orphaned": say("{n} rows belong to rows that are gone."),
    "labels_differ": say("The labels of {n} mentions differ from those that monitors go by."),
    "counts_differ": say("The counts by minute differ from the mentions in {n} places."),
}

_STATES: Final[Mapping[str, NotificationState | IncidentState]] = {
    **{state.value: state for state in NotificationState},
    **{state.value: state for state in IncidentState},
}


class Failures(Names):
    """Names that can also say what went wrong and what to do."""

    def error(self, error: ConsoleError) -> str:
        """What happened and what to do, for the person who must know. A code without a sentence shows itself."""
        if isinstance(error, NotAllowed):
            return self._not_allowed(error)
        message = _ERRORS.get(error.code)
        if message is None:
            shown = self.listed(f"{name} {self._field(value)}" for name, value in error.fields.items())
            return self.say(
                "It did not work ({code}: {fields}). The log says more.",
                code=quoted(error.code),
                fields=shown or UNKNOWN,
            )
        text = self._filled(message, error.fields)
        if isinstance(error, Delayed) and error.retry_after is not None:
            wait = self.span(round(error.retry_after * 1000))
            text = self.say("{what} Next try in {span}.", what=text, span=wait)
        return text

    def reason(self, code: str | None) -> str:
        """A short reason for what is unknown, unheard, unscored, rejected or not delivered."""
        if code is None:
            return UNKNOWN
        return self.say(_REASONS[code]) if code in _REASONS else quoted(code, 80)

    def fault(self, fault: Fault) -> str:
        """What a check found wrong, as a sentence."""
        message = _FAULTS.get(fault.code) or _ERRORS.get(fault.code)
        return quoted(fault.code, 80) if message is None else self._filled(message, fault.fields)

    def _not_allowed(self, error: NotAllowed) -> str:
        fields = error.fields
        if error.state == "last_of_role":
            role = self.role(Role(fields["role"])) if fields.get("role") in tuple(Role) else UNKNOWN
            return self.say("There must always be somebody as {role}. Name another person first.", role=role)
        if error.state == "absent":
            return self.say("It is not there any more. Nothing was changed.")
        if fields.get("by"):
            return self.say("{name} has taken it already. Nothing was changed.", name=quoted(str(fields["by"]), 40))
        if fields.get("other"):
            return self.say("Incident {id} is about the same matter and still open. Work there.", id=fields["other"])
        state = _STATES.get(error.state)
        shown = quoted(error.state, 40) if state is None else self.state(state)
        return self.say("This cannot be done now: the state is “{state}”. Nothing was changed.", state=shown)

    def _filled(self, message: str, fields: Mapping[str, Any]) -> str:
        shown = {name: self._field(value) for name, value in fields.items()}
        if fields.get("reason") in _REASONS:
            shown["reason"] = self.reason(fields["reason"])
        return self.say(message).format_map(defaultdict(lambda: UNKNOWN, shown))

    def _field(self, value: Any) -> str:
        if value is None:
            return UNKNOWN
        if isinstance(value, str) and value in _SYSTEM:
            return self.say(_SYSTEM[value])
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int):
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        return quoted(self.listed(map(str, value)) if isinstance(value, tuple | list) else str(value), 160)
