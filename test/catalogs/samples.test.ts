import { describe, expect, it } from 'vitest';
import { renderSample } from '../../src/api/renderSample.js';
import { catalogs, catalogsOn } from '../../src/catalogs/catalogs.js';
import { formatMismatch } from '../../src/catalogs/formats.js';

const all = catalogsOn([]);
const surroundings = { catalogs: all, nowMs: 0, cloudEventsSource: 'urn:test' };

/** Each type in each format of its catalog that carries it, and in the general ones' simplest. */
const rendered = catalogs.flatMap(({ types, formats }) =>
  types.flatMap(({ name }) =>
    ['raw', ...Object.keys(formats)]
      .filter((format) => formatMismatch(format, name, all) === null)
      .map((format) => [name, format] as const),
  ),
);

describe('the sample of', () => {
  it.each(rendered)('%s is taken by its catalog, and sent as %s', (eventType, format) => {
    const { body, contentType } = renderSample(format, { eventType, declared: null }, surroundings);
    expect(body).not.toBe('');
    if (contentType === 'application/json') expect(JSON.parse(body)).toBeTypeOf('object');
  });

  it('every type is among these, in a format of its catalog where that has any', () => {
    const ofCatalogs = rendered.filter(([, format]) => format !== 'raw').map(([name]) => name);
    const withFormats = all.types.filter(({ catalog }) => Object.keys(catalog.formats).length > 0);
    expect([...new Set(ofCatalogs)].toSorted()).toEqual(withFormats.map(({ type }) => type.name));
    expect(withFormats.length).toBeGreaterThan(30);
  });
});
