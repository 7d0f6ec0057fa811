import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { userAgent } from '../../src/delivery/userAgent.js';

it('names the version of package.json', () => {
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  expect(userAgent).toBe(`Everhook/${version}`);
});
