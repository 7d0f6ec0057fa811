import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogNames } from '../../src/catalogs/catalogs.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { eventually } from '../setup/eventually.js';
import { readTour } from './tour/readTour.js';
import { TourStage } from './tour/tourStage.js';

const shownWithinMs = 30_000;
const folder = 'docs/catalogs';
const pages = readdirSync(join(packageRoot, folder));

let stage: TourStage;

beforeAll(async () => {
  stage = await TourStage.open();
}, 400_000);
afterAll(async () => {
  await stage.close();
});

describe('the tour of the README', () => {
  it('shows what the README says, command by command', { timeout: 300_000 }, async () => {
    const tour = readTour('README.md', 'Five minutes');
    expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(5);
    await stage.play(tour);
    await stage.endTerminals();
  });
});

describe('the page of a catalog', () => {
  it('is there for each', () => {
    expect(pages.toSorted()).toEqual(catalogNames.map((name) => `${name}.md`));
  });

  it.each(pages)(
    '%s shows what it says, command by command',
    { timeout: 120_000 },
    async (page) => {
      const tour = readTour(`${folder}/${page}`, 'Ten minutes');
      expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(1);
      await stage.play(tour);
      await stage.endTerminals();
    },
  );
});

describe('what a start prints', () => {
  it('ends, typed as it is, in a visible delivery', { timeout: 120_000 }, async () => {
    const [, listen = '', send = ''] =
      /in this folder:\n\n(.*?)\n\nSend a first one:\n\n(.*?)\n\n/s.exec(stage.service.output()) ??
      [];
    expect([listen, send]).toEqual([
      expect.stringContaining('listen'),
      expect.stringContaining('curl'),
    ]);
    const [listener, here] = [stage.shellOf('listener'), stage.shellOf('here')];
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
