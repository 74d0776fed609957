"""`emulate world`: the reference world as a web service, until Ctrl-C ends it."""

import contextlib
import socket

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.language import language, say


def emulate_world_command(
    host: str, port: int, edition: str | None, readings: list[str] | None, lang: str | None
) -> int:
    """Serve the world; 0 when it is interrupted. Port 0 takes any that is free, and says which."""
    law = law_argument(edition, readings)
    try:
        import uvicorn

        from jpki_oracle.histories.service import service
    except ImportError:
        raise CommandFailure(
            "this needs FastAPI and uvicorn: install jpki-oracle with the extra `world`, as in "
            "pip install 'jpki-oracle[world]'"
        ) from None
    from jpki_oracle.histories.reference import ReferenceWorld

    try:
        listening = _listen(host, port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandFailure(f"{host}:{port} cannot be listened on: {reason}") from None
    place = f"http://{host}:{listening.getsockname()[1]}"
    print(say("world-served", language(lang), place=place, law=law), flush=True)
    config = uvicorn.Config(service(ReferenceWorld(law)), log_level="warning", access_log=False)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket that names its protocol: only then asyncio sends answers at once (TCP_NODELAY)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening
