import json
import os
import sys

import uvicorn
from fastapi import FastAPI, Request, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

MAX_BODY_BYTES = 4 * 1024 * 1024

webhook = Webhook(os.environ["WEBHOOK_SECRET"])  # The secret of the endpoint, whsec_…
app = FastAPI()


@app.post("/webhooks")
async def receive(request: Request) -> Response:
    # The raw bytes, before anything parses them: what was parsed and written again has another signature.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return Response(status_code=413)
    try:
        # Checks the signature, and that the timestamp is within 5 minutes; so nobody can send an old request again.
        event = webhook.verify(bytes(body), dict(request.headers))
    except (WebhookVerificationError, ValueError) as error:
        # A ValueError is what the library raises where a header or the body isn't text as it should be.
        print(f"refused: {error}", file=sys.stderr, flush=True)
        return Response(status_code=401)
    store(request.headers["webhook-id"], event)
    # At once: an answer that takes longer than the endpoint's timeoutMs counts as a failure, and the event comes again.
    return Response(status_code=204)


def store(webhook_id: str, event: dict) -> None:
    """Here you would write the event to your database, and work on it later.

    An event may come more than once, always with the same webhook-id: make the id unique there, and let a second one
    change nothing (docs/receiving.md, Deduplicate).
    """
    print(f"received {webhook_id} {event['type']} {json.dumps(event['data'])}", flush=True)


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "3000")))
