// What a customer of Flatfile has, written from its documentation alone.
import express from 'express';

const app = express();
app.use(express.json());

app.post('/webhooks', (request, response) => {
  const { env, scope, type, payload } = request.body;
  if (type === 'portalImportSubmitted') {
    const { totalRows, validRows, invalidRows } = payload.portalImportSubmitted;
    const rows = `${totalRows} rows, ${validRows} valid, ${invalidRows} invalid`;
    const user = `${scope.endUser.name} of ${scope.company.name} (${env.userId})`;
    console.log(`GET /rest/batch/${scope.batchId}/rows: ${rows}, from ${user}`);
  }
  response.sendStatus(200);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
