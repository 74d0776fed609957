"""pcscd with one virtual reader, and emulated cards put into it, for programs that speak PC/SC."""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.virtual_reader import VirtualReader

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SOCKET = Path("/run/pcscd/pcscd.comm")
READER_NAME = "Virtual PCD"
PACKAGES = "pcscd vsmartcard-vpcd opensc opensc-pkcs11 gnutls-bin openssl"
PROGRAMS = ("pcscd", "opensc-tool", "pkcs15-tool", "pkcs15-crypt", "pkcs11-tool", "p11tool", "openssl")
PKCS11_MODULE = next(Path("/usr/lib").glob("*/opensc-pkcs11.so"), Path("/usr/lib/opensc-pkcs11.so"))
WAIT = 20.0


def missing() -> str | None:
    """Why this machine cannot have the reader, and what to do; None where it can."""
    programs = [name for name in PROGRAMS if not shutil.which(name)]
    programs += [str(path) for path in (DRIVER, PKCS11_MODULE) if not path.exists()]
    if programs:
        return f"missing: {', '.join(programs)}; Debian's packages are {PACKAGES}"
    if os.geteuid() != 0:
        return "pcscd is started for these tests, and only root may"
    return None


class VirtualCardReader:
    """A running pcscd with one virtual reader; `insert` puts a card in, in the place of the one before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._reader: VirtualReader | None = None
        self._server: threading.Thread | None = None
        self._pcscd: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start pcscd. Fails where another one runs or the driver does not listen."""
        if _answers(SOCKET):
            raise AssertionError("another pcscd is running: stop it, these tests start their own")
        configuration = self._folder / "reader.conf"
        configuration.write_text(
            f'FRIENDLYNAME "{READER_NAME}"\nDEVICENAME /dev/null:{self._port:#x}\n'
            f"LIBPATH {DRIVER}\nCHANNELID {self._port:#x}\n"
        )
        command = ["pcscd", "--foreground", "--config", str(configuration)]
        log = (self._folder / "pcscd.log").open("wb")
        with log:
            self._pcscd = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        _wait(lambda: _answers(SOCKET), f"pcscd does not answer: {log.name}")

    def insert(self, card: EmulatedCard) -> None:
        """Put a card in and wait until the reader has powered it."""
        self.remove()
        self._reader = VirtualReader("127.0.0.1", self._port, patience=WAIT)
        self._server = threading.Thread(target=self._reader.serve, args=(card,), daemon=True)
        self._server.start()
        _wait(lambda: card.powered, "pcscd does not power the card")

    def remove(self) -> None:
        """Take the card out, if there is one, and wait until pcscd has seen that it is gone."""
        if self._reader and self._server:
            self._reader.take_out()
            self._server.join(WAIT)
            _wait(lambda: " Yes " not in _readers(), "pcscd does not see that the card is gone")
        self._reader = self._server = None

    def stop(self) -> None:
        """End pcscd."""
        self.remove()
        if self._pcscd:
            self._pcscd.terminate()
            try:
                self._pcscd.wait(WAIT)
            except subprocess.TimeoutExpired:
                self._pcscd.kill()
                self._pcscd.wait()


@contextmanager
def running_reader() -> Iterator[VirtualCardReader]:
    """A reader for one user at a time on this machine, since there can be only one pcscd."""
    lock = Path(tempfile.gettempdir()) / "jpki-oracle-pcscd.lock"
    with lock.open("w") as file, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(file, fcntl.LOCK_EX)
        reader = VirtualCardReader(Path(folder))
        try:
            reader.start()
            yield reader
        finally:
            reader.stop()


def run(command: list[str], home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A program's run, with a home of its own so that no cache of another card is met."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        env={**environment, **more},
        check=False,
        cwd=home,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _readers() -> str:
    """The readers, and for each whether a card is in it."""
    listing = ["opensc-tool", "--list-readers"]
    return subprocess.run(listing, capture_output=True, text=True, timeout=WAIT, check=False).stdout


def _wait(done: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + WAIT
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(0.02)
