import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogs } from '../../src/catalogs/catalogs.js';
import { checkSamples } from '../../src/catalogs/checkSamples.js';
import { loadCatalogs } from '../../src/catalogs/loadCatalogs.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const things = {
  name: 'things',
  title: 'Things',
  description: 'What happens to things',
  types: [{ name: 'thing.made', title: 'Made', group: 'thing', schema: {}, sample: {} }],
  formats: {},
};

/** A folder with a folder for each of these, whose index is that text; null: it has none. */
function folderWith(indexes: Record<string, string | null>): string {
  const folder = makeTempFolder('catalogs');
  for (const [name, text] of Object.entries(indexes)) {
    mkdirSync(join(folder, name));
    if (text !== null) writeFileSync(join(folder, name, 'index.js'), text);
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

const exporting = (catalog: object): string => `export const catalog = ${JSON.stringify(catalog)};`;

describe('the catalogs of a folder', () => {
  it('are loaded by name', async () => {
    const folder = folderWith({
      things: exporting(things),
      'a-thing': exporting({ ...things, name: 'a-thing' }),
    });
    expect(await loadCatalogs(folder)).toEqual([{ ...things, name: 'a-thing' }, things]);
  });

  it.each([
    [null, /has no index/],
    ['export const other = 1;', /exports no "catalog"/],
    [exporting({ ...things, name: 'others' }), /calls itself "others"/],
  ])('stop the start where one is not as it should be: %s', async (index, flaw) => {
    const loading = loadCatalogs(folderWith({ things: index }));
    await expect(loading).rejects.toThrow(flaw);
    await expect(loading).rejects.toThrow(/The catalog in .*things can't be used/);
  });
});

describe('the catalogs that come with the service', () => {
  it('have samples that fit their schemas', () => {
    expect(catalogs.length).toBeGreaterThan(0);
    checkSamples(catalogs);
  });
});
