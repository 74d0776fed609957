"""`emulate world`: the reference world as a web service, until Ctrl-C ends it."""

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
        listening = socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandFailure(f"{host}:{port} cannot be listened on: {reason}") from None
    place = f"http://{host}:{listening.getsockname()[1]}"
    print(say("world-served", language(lang), place=place, law=law), flush=True)
    config = uvicorn.Config(service(ReferenceWorld(law)), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])
    return 0
