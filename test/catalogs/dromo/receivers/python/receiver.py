# What a customer of Dromo has for basic webhooks in Python, with its own form parser.
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode("ascii")
        is_form = self.headers["content-type"] == "application/x-www-form-urlencoded"
        if is_form:
            fields = parse_qs(body, strict_parsing=True, keep_blank_values=True)
            print("fetch " + json.dumps(fields), flush=True)
        self.send_response(200 if is_form else 415)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
