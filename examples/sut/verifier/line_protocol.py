"""JSON-RPC 2.0, one object a line: what the Python verifiers here share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

Judged = dict[str, Any]


class CannotJudge(Exception):
    """The library has no way to judge this task; the message says why."""


def serve(name: str, version: str, judge: Callable[[dict[str, Any]], Judged]) -> None:
    """Answers `describe` and `verifier` until the input ends."""
    about = {"protocol": 1, "name": name, "version": version, "capabilities": ["verifier"]}
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answered(json.loads(line), about, judge)), flush=True)


def answered(request: dict[str, Any], about: Judged, judge: Callable[[dict[str, Any]], Judged]) -> Judged:
    head: Judged = {"jsonrpc": "2.0", "id": request["id"]}
    if request["method"] == "describe":
        return {**head, "result": about}
    if request["method"] != "verifier":
        return {**head, "error": {"code": -32601, "message": "unknown method"}}
    try:
        return {**head, "result": judge(request["params"])}
    except CannotJudge as error:
        return {**head, "error": {"code": -32601, "message": str(error)}}


def accepted() -> Judged:
    return {"accepted": True}


def rejected(reason: str, detail: str) -> Judged:
    return {"accepted": False, "reason": reason, "detail": detail.strip()[:300]}
