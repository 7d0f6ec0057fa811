import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { readTour } from './tour/readTour.js';
import { TourService } from './tour/tourService.js';

let tours: TourService;
beforeAll(async () => {
  tours = await TourService.start();
}, 400_000);
afterAll(() => tours.stop());

describe('the page on order and holding back', () => {
  it('shows what it says, command by command', { timeout: 300_000 }, async () => {
    const page = 'docs/order-and-holding.md';
    const tour = readTour(readFileSync(join(packageRoot, page), 'utf8'), 'Try it');
    expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(4);
    await tours.take(page, tour);
  });
});
