import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedDocs } from '../../src/docs/generatedDocs.js';
import { settings } from '../../src/config/settings.js';

describe('the documentation that is made from code', () => {
  it.each(generatedDocs())('$path is as `npm run docs` writes it', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('has every setting in the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    for (const { variable } of Object.values(settings)) expect(readme).toContain(`\`${variable}\``);
  });
});
