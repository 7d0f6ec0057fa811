import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { eventually } from '../setup/eventually.js';
import { readTour } from './tour/readTour.js';
import { shownWithinMs, TourService } from './tour/tourService.js';

let tours: TourService;
beforeAll(async () => {
  tours = await TourService.start();
}, 400_000);
afterAll(() => tours.stop());

describe('the tour of the README', () => {
  it('shows what the README says, command by command', { timeout: 300_000 }, async () => {
    const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
    const tour = readTour(readme, 'Five minutes');
    expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(5);
    await tours.take('README.md', tour);
  });
});

describe('what a start prints', () => {
  it('ends, typed as it is, in a visible delivery', { timeout: 120_000 }, async () => {
    const [, listen = '', send = ''] =
      /in this folder:\n\n(.*?)\n\nSend a first one:\n\n(.*?)\n\n/s.exec(tours.service.output()) ??
      [];
    expect([listen, send]).toEqual([
      expect.stringContaining('listen'),
      expect.stringContaining('curl'),
    ]);
    const [listener, here] = [tours.shellOf('listener'), tours.shellOf('here')];
    await listener.type(listen);
    await eventually(() => expect(listener.shown).toContain('Listening'), {
      withinMs: shownWithinMs,
    });
    await here.type(send);
    await here.untilEnded();
    const eventId = /evt_[\da-f-]{36}/.exec(here.shown)?.[0];
    expect(eventId, here.shown).toBeDefined();
    await eventually(
      () => expect(listener.shown).toContain(`${eventId}  attempt 1  signature ok  answered 200`),
      { withinMs: shownWithinMs },
    );
    expect(listener.shown).toContain('"data":{"greeting":"Hello"}');
    await listener.interrupt();
    expect(listener.shown).toContain('The endpoint is deleted.');
  });
});
