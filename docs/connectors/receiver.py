"""A receiver for Caseload's webhook connector, to start from: python3 receiver.py PORT whsec_…"""

import base64
import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = base64.b64decode(sys.argv[2].removeprefix("whsec_"))
done = {}  # what each action id came to; yours is a table, written in the transaction that suspends
accounts = {}  # external id: (state, the last action's id)


def act(action):
    outcome = "already" if action["id"] in done else "applied"
    if outcome == "applied":  # here you suspend or reinstate; answer "unknown_account" or "refused" where you can't
        state = "suspended" if action["kind"] == "suspend" else "active"
        done[action["id"]], accounts[action["external_id"]] = outcome, (state, action["id"])
    return {"id": action["id"], "outcome": outcome}


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        ours = "v1," + base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
        if not any(hmac.compare_digest(ours, theirs) for theirs in self.headers["webhook-signature"].split()):
            self.answer(401, {})
        else:
            self.answer(200, {"results": [act(action) for action in json.loads(body)["actions"]]})

    def do_GET(self):
        state, last = accounts.get(parse_qs(urlsplit(self.path).query)["external_id"][0], ("active", None))
        self.answer(200, {"state": state, "last_action_id": last})

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
