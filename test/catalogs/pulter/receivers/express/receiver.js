// What a customer of Pulter has as its backend: it checks the signature, takes the rows, and answers.
import express from 'express';

// The code of docs/receiving.md, copied beside the receiver.
const { verify } = await import(process.env.VERIFY_MODULE);

const app = express();

app.post('/rows', express.raw({ type: '*/*', limit: '10mb' }), (request, response) => {
  try {
    verify(process.env.WEBHOOK_SECRET, request.headers, request.body);
  } catch {
    response.sendStatus(401);
    return;
  }
  const { id, templateId, event, index, count, totalRows, metadata, rows } = JSON.parse(
    request.body,
  );
  const names = rows.map(({ name }) => name).join();
  const from = `${templateId ?? 'no template'}, by ${metadata.by ?? 'nobody'}`;
  console.log(`${event} of ${id}: ${index} of ${count}, ${totalRows} rows: ${names} (${from})`);
  response.status(200).send('OK');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
