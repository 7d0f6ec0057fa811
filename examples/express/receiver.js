import express from 'express';
import { Webhook } from 'standardwebhooks';

const { WEBHOOK_SECRET, HOST = '127.0.0.1', PORT = '3000' } = process.env;
if (!WEBHOOK_SECRET)
  throw new Error('WEBHOOK_SECRET is not set: the secret of the endpoint, whsec_…');
const webhook = new Webhook(WEBHOOK_SECRET);

const app = express();

// The raw bytes, before anything parses them: what was parsed and written again has another signature.
const rawBody = express.raw({ type: '*/*', limit: '4mb' });

app.post('/webhooks', rawBody, (request, response) => {
  let event;
  try {
    // Checks the signature, and that the timestamp is within 5 minutes; so nobody can send an old request again.
    event = webhook.verify(request.body, request.headers);
  } catch (error) {
    console.error(`refused: ${error.message}`);
    response.sendStatus(401);
    return;
  }
  store(request.get('webhook-id'), event);
  // At once: an answer that takes longer than the endpoint's timeoutMs counts as a failure, and the event comes again.
  response.sendStatus(204);
});

/**
 * Here you would write the event to your database, and work on it later. An event may come more than once, always with
 * the same webhook-id: make the id unique there, and let a second one change nothing (docs/receiving.md, Deduplicate).
 */
function store(webhookId, event) {
  console.log(`received ${webhookId} ${event.type} ${JSON.stringify(event.data)}`);
}

app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  console.log(`listening on http://${HOST}:${PORT}/webhooks`);
});
