"""A mail server on the loopback interface that takes, refuses or leaves unanswered what it is given."""

import contextlib
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps each e-mail it took.

    Args:
        refuses (dict): the answer to RCPT for some addresses, e.g. `{"a@example.org": "550 no such user"}`.
        answers_data (str): what it says once an e-mail was handed over; empty: nothing, and the connection ends.
        latency (float): seconds before it says so.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.port = int(self.server_address[1])
        self.taken: list[tuple[str, Message]] = []
        self.refuses: dict[str, str] = {}
        self.answers_data = "250 taken"
        self.latency = 0.0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def counts(self) -> Counter[str]:
        """How many e-mails each address got."""
        return Counter(address for address, _ in list(self.taken))

    def text_to(self, address: str) -> str:
        """The words of the latest e-mail to an address."""
        message = [one for to, one in self.taken if to == address][-1]
        payload = message.get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload.decode()


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._say("220 here")
            to = ""
            while line := self.rfile.readline().decode("utf-8", "replace").strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    self._say(self.server.refuses.get(to, "250 ok"))
                elif verb == "DATA":
                    self._say("354 go on")
                    if not self._take(to):
                        return
                else:
                    self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _take(self, to: str) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line == b"":
            return False
        if not self.server.answers_data.startswith(("4", "5")):
            self.server.taken.append((to, message_from_bytes(b"".join(lines))))
        time.sleep(self.server.latency)
        if self.server.answers_data:
            self._say(self.server.answers_data)
        return bool(self.server.answers_data)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
