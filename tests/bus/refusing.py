"""A double of a PostgreSQL that takes connections and refuses every one: `python -m tests.bus.refusing CODE WORDS`.

A process of its own, which prints its port. It speaks as far as libpq needs to hear the refusal, and shows nothing of a
server that gets further than that; a real one cannot be held in the moment in which it starts.
"""

from __future__ import annotations

import socketserver
import struct
import sys

# Requests for TLS and for GSS encryption, which are refused with one letter before the talk begins.
_ENCRYPTION = {struct.pack("!I", code) for code in (80877103, 80877104)}


class _Refusing(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(1000):
            if data[4:8] in _ENCRYPTION:
                self.request.sendall(b"N")
                continue
            code, words = sys.argv[1:]
            fields = f"SNGHIÊM TRỌNG\0VFATAL\0C{code}\0M{words}\0\0".encode()
            self.request.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)
            return


if __name__ == "__main__":
    with socketserver.TCPServer(("127.0.0.1", 0), _Refusing) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
