# -*- coding: utf-8 -*-
"""From a plain checkout to a complete environment: `python3 -m console demo|test` before anything is installed.

The standard library only, nothing of the package, in words that the Pythons of long ago can parse, so that they can
say what they need. Where this interpreter has the distributions that pyproject.toml names, and where the package is
installed rather than checked out, it does nothing.

Else it makes `.venv` in the checkout, installs the project into it (editable; pip follows its own configuration),
writes a stamp last, looks for the system libraries that Qt misses, and hands over to that environment. It speaks on
stderr: stdout belongs to the command.
"""

from __future__ import print_function, unicode_literals

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

MYPY = False
if MYPY:
    from collections.abc import Iterable, Iterator
    from typing import Any, NoReturn

NEEDED = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HANDED_OVER = "CRISIS_CONSOLE_HANDED_OVER"
ANSWERED_BARE = ("-h", "--help", "--version")  # the command line needs the standard library alone for these
WITH_A_SCREEN = ("", "demo", "executive", "test")

QT_LIBRARIES = ("Core", "Gui", "Widgets", "DBus", "Network", "OpenGL", "Svg", "Test")
FONT = "a font with Chinese characters"
# What the end-to-end tests start: a notification daemon on a private bus, an X server and a window manager.
TEST_PROGRAMS = ("Xvfb", "dbus-daemon", "dunst", "openbox", "xdotool")
# The Debian packages that are not named after what is missing; `package` knows the rule for the others.
PACKAGES = {
    FONT: "fonts-noto-cjk",
    "Xvfb": "xvfb",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}


class Stop(Exception):
    """The environment cannot be made; the sentence says what to do."""


def ensure(arguments):
    # type: (list[str]) -> None
    """See that this interpreter can run the command of these arguments; else make one that can, and hand over.

    `--yes` among them agrees to the installation of system packages. Exits with 1, the reason on stderr, where no
    environment can be made.
    """
    if not os.path.isfile(os.path.join(ROOT, "pyproject.toml")):
        return
    command = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    agreed = command in ("demo", "test") and "--yes" in arguments
    try:
        if sys.version_info < NEEDED:
            raise Stop(too_old())
        if any(word in ANSWERED_BARE for word in arguments):
            return
        extras = ["test"] if command == "test" else []
        absent = lacking(requirements(extras))
        handed_over = os.environ.pop(HANDED_OVER, None)
        if not absent:
            return
        if handed_over:
            raise Stop(
                say("%s still lacks %s: remove .venv and start again.", "%s 仍缺少 %s:请删除 .venv 后重试。")
                % (sys.executable, ", ".join(absent))
            )
        python = environment(extras, agreed)
        if sys.platform.startswith("linux") and command in WITH_A_SCREEN:
            equip(python, command == "test", agreed)
        hand_over(python, arguments)
    except (Stop, OSError) as problem:
        tell("%s" % problem)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


# ── what this interpreter has ───────────────────────────────────────────────────────────────────


def too_old():
    # type: () -> str
    """Says which Python is needed, and names a fit one where the machine has it."""
    sentence = say(
        "Python %d.%d or newer is needed; this is %s (%s).",
        "需要 Python %d.%d 或更高版本;当前为 %s(%s)。",
    ) % (NEEDED + (sys.version.split()[0], sys.executable))
    for minor in range(NEEDED[1], 20):
        name = "python3.%d" % minor
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            if os.access(os.path.join(folder, name), os.X_OK):
                return sentence + say(" Type %s in place of %s.", " 请改用 %s 代替 %s。") % (name, "python3")
    return sentence


def requirements(extras):
    # type: (list[str]) -> list[str]
    """The requirements of pyproject.toml, with those of the extras."""
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)["project"]
    found = list(project["dependencies"])  # type: list[str]
    for extra in extras:
        found += project["optional-dependencies"][extra]
    return found


def lacking(wanted):
    # type: (Iterable[str]) -> list[str]
    """Those of the requirements that this interpreter does not meet, by its own record of distributions.

    Raises ValueError for a requirement in words other than: name, bounds, and a marker on sys_platform.
    """
    from importlib import metadata

    absent = []
    for requirement in wanted:
        match = re.match(
            r"^([\w.-]+)\s*((?:(?:==|!=|>=|<=|<|>)\s*[\d.]+\s*,?\s*)*)(?:;\s*sys_platform\s*([!=]=)\s*'(\w+)')?$",
            requirement,
        )
        if match is None:
            raise ValueError("not understood: " + requirement)
        name, bounds, sign, platform = match.groups()
        if sign and (sys.platform == platform) != (sign == "=="):
            continue
        try:
            if not within(metadata.version(name), bounds):
                absent.append(requirement)
        except metadata.PackageNotFoundError:
            absent.append(requirement)
    return absent


def within(version, bounds):
    # type: (str, str) -> bool
    """Whether a version, by the numbers of its release, lies in bounds such as `>=6.9,<6.12`."""

    def numbers(text):
        # type: (str) -> list[int]
        digits = re.match(r"\d+(\.\d+)*", text)
        found = [int(part) for part in digits.group().split(".")] if digits else []
        return found + [0] * (8 - len(found))

    held = numbers(version)
    for sign, bound in re.findall(r"(==|!=|>=|<=|<|>)\s*([\d.]+)", bounds):
        limit = numbers(bound)
        answers = {
            "==": held == limit,
            "!=": held != limit,
            ">=": held >= limit,
            "<=": held <= limit,
            "<": held < limit,
            ">": held > limit,
        }
        if not answers[sign]:
            return False
    return True


# ── .venv ───────────────────────────────────────────────────────────────────────────────────────


def environment(extras, agreed):
    # type: (list[str], bool) -> str
    """The interpreter of `.venv` with the project and its extras installed; makes, completes or remakes it.

    One whose stamp fits is taken as it is. One that works and was not left half made is completed: the requirements
    changed, or a person made it. Any other is made anew.
    """
    folder = os.path.join(ROOT, ".venv")
    python = os.path.join(folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    stamp = os.path.join(folder, "crisis-console.json")
    making = os.path.join(folder, "crisis-console.making")
    inside = os.path.isdir(folder) and os.path.samefile(sys.prefix, folder)
    with locked(os.path.join(ROOT, ".venv.lock")):
        found = read(stamp)
        extras = sorted(set(extras).union(found.get("extras", [])))
        wanted = {"project": fingerprint(), "python": sys.version.split()[0], "folder": folder, "extras": extras}
        if found == wanted and os.path.exists(python) and not inside:  # inside, something was taken out of it since
            return python
        tell(say("Preparing the environment in %s, once.", "正在准备环境 %s,仅此一次。") % folder)
        if os.path.exists(making) or not works(python):
            begin(folder, making, agreed)
        elif found:
            open(making, "w").close()
        if found and os.path.exists(stamp):
            os.remove(stamp)
        fill(python, extras)
        with open(stamp + ".new", "w") as out:
            json.dump(wanted, out)
        os.replace(stamp + ".new", stamp)
        if os.path.exists(making):
            os.remove(making)
    return python


def fingerprint():
    # type: () -> str
    """Tells one state of pyproject.toml from another."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def fill(python, extras):
    # type: (str, list[str]) -> None
    """Installs the project, editable, with its extras into the interpreter's environment."""
    project = ROOT + ("[%s]" % ",".join(extras) if extras else "")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--editable", project]
    if subprocess.call(pip, stdout=sys.stderr) != 0:
        raise Stop(
            say(
                "pip could not install what is needed; its own words are above. Check the network or pip's "
                "configuration, then start again.",
                "pip 未能装好所需的组件,原因见上文。请检查网络或 pip 的配置后重试。",
            )
        )


@contextlib.contextmanager
def locked(path):
    # type: (str) -> Iterator[None]
    """Holds the file's lock, which a crash gives back; waits, saying so, while another start holds it."""
    waiting = say("Another start is preparing the environment: waiting.", "另一个启动正在准备环境,请稍候。")
    with open(path, "a+") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # ten seconds have passed
                    tell(waiting)
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                tell(waiting)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read(stamp):
    # type: (str) -> dict[str, Any]
    """What the stamp says; nothing where there is none that can be read."""
    try:
        with open(stamp) as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}


def works(python):
    # type: (str) -> bool
    """Whether the interpreter runs, is new enough and has pip."""
    question = "import sys, pip; sys.exit(sys.version_info < %r)" % (NEEDED,)
    try:
        return subprocess.call([python, "-c", question], stdout=sys.stderr, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def begin(folder, making, agreed):
    # type: (str, str, bool) -> None
    """Makes an environment anew, marked as unfinished from its first moment."""
    from importlib.util import find_spec

    # An environment cannot remake itself: the interpreter it was made from can.
    base = getattr(sys, "_base_executable", None) or sys.executable
    if find_spec("ensurepip") is None:
        package = "python%d.%d-venv" % sys.version_info[:2]
        if not install([package], say("This Python lacks venv and pip.", "当前 Python 缺少 venv 与 pip。"), agreed):
            raise Stop(say("Nothing was changed.", "未做任何更改。"))
    if os.path.lexists(folder):
        tell(say("What is there is not complete: making it anew.", "已有的环境不完整,将重新创建。"))
        if os.path.isdir(folder) and not os.path.islink(folder):
            shutil.rmtree(folder)
        else:
            os.remove(folder)
    os.mkdir(folder)
    open(making, "w").close()
    if subprocess.call([base, "-m", "venv", folder], stdout=sys.stderr) != 0:
        raise Stop(say("Python's venv failed; its own words are above.", "Python 的 venv 未能完成,原因见上文。"))


def hand_over(python, arguments):
    # type: (str, list[str]) -> NoReturn
    """Runs the command in the environment, in place of this process where the system can do that."""
    os.environ[HANDED_OVER] = "1"
    command = [python, "-m", "console"] + arguments
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(python, command)


# ── the system's libraries ──────────────────────────────────────────────────────────────────────


def equip(python, for_tests, agreed):
    # type: (str, bool, bool) -> None
    """Sees that Qt's libraries load on this machine; there is no start without them.

    A font with Chinese characters and what the end-to-end tests start are asked for in the same breath, but a
    command that runs without them is not held up.
    """
    screens = ["offscreen"]
    if os.environ.get("DISPLAY"):
        screens.append("xcb")
    elif os.environ.get("WAYLAND_DISPLAY"):
        screens.append("wayland")
    missing = probed(python, screens)
    if for_tests:
        missing += [name for name in probed(python, ["xcb"]) if name not in missing]
        missing += [name for name in TEST_PROGRAMS if shutil.which(name) is None]
    if not missing:
        return
    named = [say(FONT, "中文字体") if name == FONT else name for name in missing]
    reason = say("This machine lacks %s.", "本机缺少 %s。") % ", ".join(named)
    install(sorted({package(name) for name in missing}), reason, agreed)
    missing = [name for name in probed(python, screens) if name != FONT]
    if missing:
        raise Stop(
            say("Qt cannot start without %s. Install them, then start again.", "缺少 %s,Qt 无法启动。请安装后重试。")
            % ", ".join(missing)
        )


def package(name):
    # type: (str) -> str
    """The Debian package of a missing thing. By Debian's rule libEGL.so.1 is in libegl1, libX11.so.6 in libx11-6."""
    library = re.match(r"^(.+)\.so\.(\d+)$", name)
    if name in PACKAGES or library is None:
        return PACKAGES.get(name, name)
    stem, number = library.groups()
    return (stem + ("-" if stem[-1].isdigit() else "") + number).lower().replace("_", "-")


def probed(python, screens):
    # type: (str, list[str]) -> list[str]
    """What Qt misses on this machine, as a child that loads it finds: sonames, and FONT."""
    child = subprocess.Popen(
        [python, "-I", os.path.abspath(__file__), "probe"] + screens, stdout=subprocess.PIPE, universal_newlines=True
    )
    return child.communicate()[0].splitlines()


def probe(screens):
    # type: (list[str]) -> None
    """The child of `probed`: loads Qt's libraries and platform plugins, and prints what is missing, one a line."""
    import ctypes
    from importlib.util import find_spec

    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        return
    qt = os.path.join(os.path.dirname(spec.origin), "Qt")
    files = [os.path.join(qt, "lib", "libQt6%s.so.6" % name) for name in QT_LIBRARIES]
    files += [os.path.join(qt, "plugins", "platforms", "libq%s.so" % name) for name in screens]
    missing = set()  # type: set[str]
    for path in files:
        if os.path.exists(path):
            missing |= unresolved(path)
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
        fontconfig.FcNameParse.restype = fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
        fontconfig.FcFontList.restype = ctypes.POINTER(ctypes.c_int)
        chinese = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
        fonts = fontconfig.FcFontList(None, chinese, ctypes.c_void_p(fontconfig.FcObjectSetCreate()))
        if not fonts or fonts[0] == 0:
            missing.add(FONT)
    except OSError:
        missing.add(FONT)  # no font is found without fontconfig
    for name in sorted(missing):
        print(name)


def unresolved(path):
    # type: (str) -> set[str]
    """The libraries that keep the one at `path` from loading: all that the loader lists, else the first it names."""
    import ctypes

    try:
        ctypes.CDLL(path)
    except OSError as refusal:
        try:
            listed = subprocess.Popen(["ldd", path], stdout=subprocess.PIPE, universal_newlines=True).communicate()[0]
        except OSError:
            listed = ""
        return set(re.findall(r"(\S+) => not found", listed)) or {str(refusal).split(":")[0]}
    return set()


def install(packages, reason, agreed):
    # type: (list[str], str, bool) -> bool
    """Installs Debian packages by one announced line, with consent; True when that was done.

    Consent is `--yes`, a typed yes, or to be root where there is nobody to ask. Without it the line is printed.
    """
    if not packages or shutil.which("apt-get") is None:
        tell(reason)
        return False
    sudo = "" if os.geteuid() == 0 else "sudo "
    line = "%sapt-get update; %sapt-get install --yes --no-install-recommends %s" % (sudo, sudo, " ".join(packages))
    asked = sys.stdin is not None and sys.stdin.isatty()
    if not agreed and asked:
        tell(reason + "\n  " + line)
        print(say("Run this line now? [y/N] ", "现在执行此命令?[y/N] "), end="", file=sys.stderr)
        sys.stderr.flush()
        agreed = sys.stdin.readline().strip().lower() in ("y", "yes", "是")
    elif agreed or sudo == "":
        agreed = True
        tell(reason + say(" Installing:", " 正在安装:") + "\n  " + line)
    else:
        tell(reason + say(" Please run:", " 请执行:") + "\n  " + line)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    return agreed and subprocess.call(["sh", "-c", line], stdout=sys.stderr, env=quiet) == 0


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def say(english, chinese):
    # type: (str, str) -> str
    """The sentence in the language of this session; the catalogue is part of the package, which does not run yet."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return chinese if language.startswith("zh") and sys.version_info > (3,) else english


def tell(sentence):
    # type: (str) -> None
    """Prints a sentence on stderr."""
    print("crisis-console: " + sentence, file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__" and sys.argv[1:2] == ["probe"]:
    probe(sys.argv[2:])
