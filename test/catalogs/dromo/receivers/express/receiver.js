// What a customer of Dromo has for managed and for basic webhooks, written from its documentation alone.
import express from 'express';

const app = express();

app.post('/managed', express.json(), (request, response) => {
  const { event, data } = request.body;
  if (event === 'import_completed' && data.has_data) {
    const from = data.filename ?? 'manual input';
    console.log(`import ${data.id}: ${data.num_data_rows} rows of ${from} by ${data.user.email}`);
  } else if (event === 'headless_import_needs_review') {
    console.log(`review ${data.headless.id}`);
  }
  response.status(200).end();
});

app.post('/basic', express.urlencoded({ extended: false }), (request, response) => {
  console.log(`fetch ${JSON.stringify(request.body)}`);
  response.status(200).end();
});

app.listen(Number(process.env.PORT), '127.0.0.1');
