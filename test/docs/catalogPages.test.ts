import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { catalogNames } from '../../src/catalogs/catalogs.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { readTour } from './tour/readTour.js';
import { TourService } from './tour/tourService.js';

let tours: TourService;
beforeAll(async () => {
  tours = await TourService.start();
}, 400_000);
afterEach(() => tours.interruptShells());
afterAll(() => tours.stop());

describe('the page of a catalog', () => {
  it.each(catalogNames)(
    '%s shows in ten minutes what it says',
    { timeout: 300_000 },
    async (name) => {
      const page = `docs/catalogs/${name}.md`;
      const tour = readTour(readFileSync(join(packageRoot, page), 'utf8'), 'Ten minutes');
      expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(3);
      await tours.take(page, tour);
    },
  );
});
