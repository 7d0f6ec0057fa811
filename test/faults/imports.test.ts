import { expect, it } from 'vitest';
import { importRows, onlyRun } from '../e2e/importClient.js';
import { sentBatchIn } from '../setup/sentBatch.js';
import { openScene } from './openScene.js';
import { ownPostgres } from './ownPostgres.js';
import { ownTemporal } from './ownTemporal.js';

const rows = 50_000;
const batchSize = 500;
const batches = rows / batchSize;
/** A killed worker is noticed by its missing heartbeats, and its claim lapses: 15 s each time. */
const recoveryMs = 60_000;

it(
  `${rows} rows arrive in order through five kills and a restart of each server`,
  { timeout: 600_000 },
  async (context) => {
    const postgres = await ownPostgres(context);
    const temporal = await ownTemporal(context);
    let server = await temporal.start();
    const scene = await openScene(context, { ...postgres, temporal });
    let underWay = 0;
    let atOnce = 0;
    scene.receiver.setScript((_request, _index, response) => {
      underWay += 1;
      atOnce = Math.max(atOnce, underWay);
      response.once('close', () => (underWay -= 1));
      return { delayMs: 30 };
    });
    let service = await scene.start();
    const client = await scene.client(service);
    await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
    await client.createEndpoint(scene.receiver.url, { eventTypes: ['sheet.rows'], batchSize });
    const lines = Array.from({ length: rows }, (_, n) => `{"data":{"n":${n}}}\n`).join('');
    const deliveryId = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, lines));

    const kill = async (): Promise<void> => {
      await service.end('SIGKILL');
      service = await scene.start();
    };
    const faults = [
      ...[kill, kill, kill],
      async () => {
        await server.stop();
        server = await temporal.start();
      },
      kill,
      () => postgres.restart(),
      kill,
    ];
    for (const [place, happen] of faults.entries()) {
      await scene.receiver.waitFor((place + 1) * 12, recoveryMs);
      await happen();
    }
    const again = await scene.client(service);
    await again.until(deliveryId, 'delivered', recoveryMs);

    expect(atOnce).toBe(1);
    const sent = scene.receiver.requests.map(({ headers, body }) => {
      return { id: String(headers['webhook-id']), text: String(body), batch: sentBatchIn(body) };
    });
    // A batch that came again came right after itself, as it was.
    const repeats = sent.filter(({ id }, place) => id === sent[place - 1]?.id);
    for (const { id, text } of repeats) expect(sent.find((one) => one.id === id)?.text).toBe(text);
    expect(repeats.length).toBeLessThanOrEqual(faults.length);
    const firsts = sent.filter(({ id }, place) => id !== sent[place - 1]?.id);
    expect(firsts.map(({ id }) => id)).toEqual(
      Array.from({ length: batches }, (_, place) => `${deliveryId}_${place + 1}`),
    );
    const numbers = firsts.flatMap(({ batch }) => batch.rows.map(({ data }) => data.n));
    expect(numbers).toHaveLength(rows);
    expect(numbers.every((n, place) => n === place)).toBe(true);
  },
);
