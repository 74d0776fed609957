"""`pcsc:READER`: a card in a reader of this machine, through PC/SC (pyscard, extra `pcsc`).

The card is held alone, so that no other program can use a PIN that was verified here, or present one meanwhile.
Only the protocol T=1 is spoken: over T=0 a VERIFY without data, which asks for the counter, would be sent as one of
length zero, and nobody knows whether that costs a try.
"""

import importlib
import queue
import threading
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from jpki_oracle.card.slot import CardFailure, CardFailureKind, checked_response

MISSING_EXTRA = "readers need pyscard: install jpki-oracle with its extra, `pip install 'jpki-oracle[pcsc]'`"


class ReaderSlot:
    """One reader, and the card that is in it while this slot has given it power."""

    def __init__(self, wanted: str, *, timeout: float = 10.0) -> None:
        """`wanted` is a reader's name, a part of one, or its number from 0; nothing is the only one, or with a card.

        Raises CardFailure without pyscard, a PC/SC service or such a reader. `timeout` are seconds for a response.
        """
        self._scard = _library()
        self._worker = _Worker(timeout)
        self._card: Any = None
        self._context: Any = self._call(
            "the PC/SC service", "SCardEstablishContext", self._scard.SCARD_SCOPE_USER
        )
        try:
            names = self._readers()
            filled = [name for name in names if self._has_card(name)] if len(names) > 1 and not wanted else []
            self._reader = filled[0] if len(filled) == 1 else choose_reader(wanted, names)
        except CardFailure:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._reader

    def power_on(self) -> bytes:
        """Takes the card for this program alone, and resets it cold."""
        scard = self._scard
        if self._card is None:
            self._card, _ = self._call(
                self._reader,
                "SCardConnect",
                self._context,
                self._reader,
                scard.SCARD_SHARE_EXCLUSIVE,
                scard.SCARD_PROTOCOL_T1,
            )
        return self._reconnect(scard.SCARD_UNPOWER_CARD)

    def power_off(self) -> None:
        """Takes the power away; the reader gives it again at once, and the same card is held on to."""
        if self._card is not None:
            self._reconnect(self._scard.SCARD_UNPOWER_CARD)

    def reset(self) -> bytes:
        """Resets the card while it keeps its power."""
        self._must_be_held()
        return self._reconnect(self._scard.SCARD_RESET_CARD)

    def transmit(self, command: bytes) -> bytes:
        """Sends one command."""
        self._must_be_held()
        response = self._call(
            self._reader, "SCardTransmit", self._card, self._scard.SCARD_PCI_T1, list(command)
        )
        return checked_response(bytes(response), self._reader)

    def close(self) -> None:
        """Takes the power away, lets the card and the service go."""
        card, self._card = self._card, None
        context, self._context = self._context, None
        # The card may be torn out, or the reader may hang: what can be let go is.
        if card is not None:
            self._worker.leave(lambda: self._scard.SCardDisconnect(card, self._scard.SCARD_UNPOWER_CARD))
        if context is not None:
            self._worker.leave(lambda: self._scard.SCardReleaseContext(context))
        self._worker.stop()

    def _readers(self) -> Sequence[str]:
        try:
            names: Sequence[str] = self._call("the PC/SC service", "SCardListReaders", self._context, [])
        except CardFailure as failure:
            if failure.kind is CardFailureKind.NO_READER:
                return []
            raise
        return names

    def _has_card(self, name: str) -> bool:
        ((_, state, _),) = self._call(
            name, "SCardGetStatusChange", self._context, 0, [(name, self._scard.SCARD_STATE_UNAWARE)]
        )
        return bool(state & self._scard.SCARD_STATE_PRESENT)

    def _reconnect(self, initialization: int) -> bytes:
        scard = self._scard
        try:
            self._call(
                self._reader,
                "SCardReconnect",
                self._card,
                scard.SCARD_SHARE_EXCLUSIVE,
                scard.SCARD_PROTOCOL_T1,
                initialization,
            )
            _, _, _, answer = self._call(self._reader, "SCardStatus", self._card)
        except CardFailure:
            self._let_go()
            raise
        return bytes(answer)

    def _let_go(self) -> None:
        """After a failure the card that is connected next may be another one."""
        card, self._card = self._card, None
        if card is not None:
            self._worker.leave(lambda: self._scard.SCardDisconnect(card, self._scard.SCARD_UNPOWER_CARD))

    def _must_be_held(self) -> None:
        if self._card is None:
            raise CardFailure(CardFailureKind.OFF, f"the card in {self._reader} has no power")

    def _call(self, where: str, function: str, *arguments: object) -> Any:
        """What a function of PC/SC gives beside its code; raises CardFailure for any code but success."""
        try:
            outcome: Any = self._worker.run(lambda: getattr(self._scard, function)(*arguments))
        except TimeoutError as error:
            raise CardFailure(
                CardFailureKind.LATE, f"{where} {error}; take the card out and put it in again"
            ) from None
        code, *rest = outcome if isinstance(outcome, list | tuple) else [outcome]
        if code != self._scard.SCARD_S_SUCCESS:
            failure = pcsc_failure(self._scard, code, where)
            if function == "SCardTransmit":
                self._let_go()
            raise failure
        return rest[0] if len(rest) == 1 else rest


def choose_reader(wanted: str, names: Sequence[str]) -> str:
    """The reader with the name or number `wanted`, or the only one with that in its name; raises CardFailure."""
    listed = "; ".join(f"{number}: {name}" for number, name in enumerate(names))
    if not names:
        raise CardFailure(
            CardFailureKind.NO_READER,
            "no card reader is connected; connect one, or use vpcd:PORT for an emulator",
        )
    if wanted in names:
        return wanted
    if wanted.isascii() and wanted.isdigit():
        fitting = list(names[int(wanted) : int(wanted) + 1])
    else:
        fitting = [name for name in names if wanted.casefold() in name.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    what = f"no reader is called {wanted!r}" if not fitting else "several readers fit"
    what = "there are several readers" if not wanted else what
    raise CardFailure(CardFailureKind.NO_READER, f"{what}; name one of them, or its number: {listed}")


def readers() -> Sequence[str]:
    """The names of the readers of this machine. Raises CardFailure without pyscard or a PC/SC service."""
    scard = _library()
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code != scard.SCARD_S_SUCCESS:
        raise pcsc_failure(scard, code, "the PC/SC service")
    try:
        code, names = scard.SCardListReaders(context, [])
    finally:
        scard.SCardReleaseContext(context)
    if code in _codes(scard, "SCARD_E_NO_READERS_AVAILABLE"):
        return []
    if code != scard.SCARD_S_SUCCESS:
        raise pcsc_failure(scard, code, "the PC/SC service")
    return list(names)


def pcsc_failure(scard: ModuleType, code: int, where: str) -> CardFailure:
    """What a code of PC/SC means, and what to do."""
    for kind, names, words in _MEANINGS:
        if code in _codes(scard, *names):
            return CardFailure(kind, words.format(where=where))
    return CardFailure(
        CardFailureKind.GONE,
        f"{where}: {str(scard.SCardGetErrorMessage(code)).strip()} (PC/SC code {code & 0xFFFFFFFF:08X})",
    )


_MEANINGS: tuple[tuple[CardFailureKind, tuple[str, ...], str], ...] = (
    (
        CardFailureKind.NO_SUPPORT,
        ("SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED"),
        "the PC/SC service does not run; start it (Debian: `apt install pcscd`, then `systemctl start pcscd`)",
    ),
    (
        CardFailureKind.NO_READER,
        ("SCARD_E_NO_READERS_AVAILABLE",),
        "no card reader is connected; connect one, or use vpcd:PORT for an emulator",
    ),
    (
        CardFailureKind.GONE,
        ("SCARD_E_UNKNOWN_READER", "SCARD_E_READER_UNAVAILABLE"),
        "{where} is gone; connect it again",
    ),
    (
        CardFailureKind.NO_CARD,
        ("SCARD_E_NO_SMARTCARD",),
        "no card is in {where}; put one in, or lay it on the reader",
    ),
    (
        CardFailureKind.TORN,
        ("SCARD_W_REMOVED_CARD",),
        "the card was taken out of {where}; put it in again and leave it there until the run is over",
    ),
    (
        CardFailureKind.BUSY,
        ("SCARD_E_SHARING_VIOLATION",),
        "another program uses the card in {where}; close it (a browser, a signing program) and run again",
    ),
    (
        CardFailureKind.BUSY,
        ("SCARD_W_RESET_CARD",),
        "another program has reset the card in {where}; close it and run again",
    ),
    (
        CardFailureKind.SILENT,
        ("SCARD_W_UNRESPONSIVE_CARD", "SCARD_W_UNPOWERED_CARD"),
        "the card in {where} does not answer; turn it round, clean its contacts, or lay it flat on the reader",
    ),
    (
        CardFailureKind.FOREIGN,
        ("SCARD_E_PROTO_MISMATCH", "SCARD_W_UNSUPPORTED_CARD", "SCARD_E_CARD_UNSUPPORTED"),
        "the card in {where} does not speak the protocol T=1, so it is not a My Number Card; nothing was sent to it",
    ),
    (CardFailureKind.LATE, ("SCARD_E_TIMEOUT",), "{where} did not answer in time"),
    (
        CardFailureKind.TORN,
        ("SCARD_F_COMM_ERROR", "SCARD_E_NOT_TRANSACTED"),
        "the exchange with the card in {where} broke off; it was moved or taken out, or the reader has a fault",
    ),
)


def _codes(scard: ModuleType, *names: str) -> set[int]:
    return {int(getattr(scard, name)) for name in names if hasattr(scard, name)}


def _library() -> ModuleType:
    try:
        return importlib.import_module("smartcard.scard")
    except (ImportError, OSError):  # it was not installed, or its PC/SC library is missing
        raise CardFailure(CardFailureKind.NO_SUPPORT, MISSING_EXTRA) from None


class _Worker:
    """A thread that calls PC/SC, so that a reader which never answers does not hold up the program."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._calls: queue.SimpleQueue[tuple[Callable[[], object], bool] | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[object, Exception | None]] = queue.SimpleQueue()
        self._stuck = False
        self._thread = threading.Thread(target=self._serve, name="PC/SC", daemon=True)
        self._thread.start()

    def run(self, call: Callable[[], object]) -> object:
        """What `call` returns or raises; raises TimeoutError if it takes too long, and from then on at once."""
        if self._stuck:
            raise TimeoutError("still has not answered an earlier command")
        self._stuck = True  # also if an interrupt comes while it is waited for
        self._calls.put((call, True))
        try:
            value, error = self._outcomes.get(timeout=self._timeout)
        except queue.Empty:
            raise TimeoutError(f"has not answered within {self._timeout:g} s") from None
        self._stuck = False
        if error is not None:
            raise error
        return value

    def leave(self, call: Callable[[], object]) -> None:
        """Calls as soon as everything before has come to an end; the outcome is of no interest."""
        self._calls.put((call, False))

    def stop(self) -> None:
        """Waits for what was left to do, and ends the thread; of a reader that hangs it does not wait for long."""
        self._calls.put(None)
        self._thread.join(0.0 if self._stuck else self._timeout)

    def _serve(self) -> None:
        while (task := self._calls.get()) is not None:
            call, awaited = task
            outcome: tuple[object, Exception | None]
            try:
                outcome = (call(), None)
            except Exception as error:  # noqa: BLE001 - raised again where the call was asked for
                outcome = (None, error)
            if awaited:
                self._outcomes.put(outcome)
