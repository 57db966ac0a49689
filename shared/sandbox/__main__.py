"""`python -m shared.sandbox --port 8001`: serve on loopback until told to stop."""

import argparse
import logging
import signal
import sys
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from shared.sandbox.app import build_world, create_sandbox_app
from shared.sandbox.aws.sns import subscribe_targets
from shared.sandbox.settings import load_settings
from shared.sandbox.sweeper import Sweeper


class QuietHandler(WSGIRequestHandler):
    """Keeps connections alive as the vendors do, and writes no access log."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="loopback port, 8001")
    port = parser.parse_args(arguments).port
    logging.basicConfig(level=logging.WARNING, format="sandbox %(levelname)s %(name)s %(message)s")
    world = build_world(load_settings(port))
    app = create_sandbox_app(world)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of socketserver.ThreadingMixIn
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    sweeper = Sweeper(world)
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    world.postman.start()
    sweeper.start()
    subscribe_targets(world)
    print(f"sandbox ready at {world.settings.people_url}", flush=True)  # noqa: T201
    stopping.wait()
    server.shutdown()
    sweeper.stop()
    world.postman.stop()
    world.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
