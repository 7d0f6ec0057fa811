import logging
import os
from typing import Any, Dict

import uvicorn
from fastapi import FastAPI, HTTPException, Request

logging.basicConfig(level=logging.INFO)

app = FastAPI()
logger = logging.getLogger(__name__)


async def handle_flow_start(payload: Dict[str, Any]):
    """Handling of the flow start event"""
    logger.info(f"Flow has started: {payload['session_id']}")


async def handle_flow_end(payload: Dict[str, Any]):
    """Handling of the flow end event"""
    logger.info(f"Flow has ended: {payload['session_id']}")


async def handle_technology_start(payload: Dict[str, Any]):
    """Handling of the technology start event"""
    logger.info(f"Technology has started: {payload['data']['technology_code']}")


async def handle_technology_end(payload: Dict[str, Any]):
    """Handling of the technology end event"""
    logger.info(f"Technology has ended: {payload['data']['technology_code']}")


@app.post("/webhook")
async def webhook_handler(request: Request):
    try:
        payload = await request.json()

        # Extraction of key information
        event_type = payload.get('event')
        session_id = payload.get('session_id')

        # Handling different types of events
        if event_type == 'flow.start':
            await handle_flow_start(payload)
        elif event_type == 'flow.end':
            await handle_flow_end(payload)
        elif event_type == 'technology.start':
            await handle_technology_start(payload)
        elif event_type == 'technology.end':
            await handle_technology_end(payload)

        return {"status": "success"}

    except Exception as e:
        logger.error(f"Webhook processing error: {str(e)}")
        raise HTTPException(status_code=500, detail=str(e))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
