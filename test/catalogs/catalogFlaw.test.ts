import { describe, expect, it } from 'vitest';
import type { Catalog, CatalogRoute, CatalogType } from '../../src/catalogs/catalog.js';
import { catalogFlaw } from '../../src/catalogs/catalogFlaw.js';
import { checkSamples } from '../../src/catalogs/checkSamples.js';
import { offByDefault, sharedType } from '../../src/catalogs/catalogSet.js';
import { raw } from '../../src/domain/formats/raw.js';

const type: CatalogType = {
  name: 'thing.made',
  title: 'A thing was made',
  group: 'thing',
  schema: { type: 'object', required: ['n'] },
  sample: { n: 1 },
};
const route: CatalogRoute = {
  path: '/things/:thingId/rows',
  operationId: 'pullThings',
  summary: 'Pull things',
  defaultLimit: 10,
  showPage: () => '{}',
  answer: { type: 'object' },
};
const sound: Catalog = {
  name: 'things',
  title: 'Things',
  description: 'What happens to things',
  types: [type],
  formats: { things: raw, 'things-short': raw },
  routes: [route],
};

describe('a catalog', () => {
  it('is taken where nothing is wrong with it', () => {
    expect(catalogFlaw(sound, 'things')).toBeNull();
    expect(() => checkSamples([sound])).not.toThrow();
  });

  it.each([
    [{ name: 'other' }, /not as its folder/],
    [{ types: [] }, /no types/],
    [{ types: [type, { ...type, title: 'Again' }] }, /thing\.made twice/],
    [{ types: [{ ...type, name: 'a b' }] }, /"a b"/],
    [{ types: [{ ...type, name: 'everhook.thing' }] }, /"everhook\.thing"/],
    [{ formats: { Things: raw } }, /"Things"/],
    [{ formats: { raw } }, /"raw" must be called "things"/],
    [{ formats: { things: { ...raw, types: ['thing.mad'] } } }, /"things" carries thing\.mad,/],
    [{ routes: [{ ...route, path: '/things' }] }, /"\/things" of a route must be words/],
    [{ routes: [{ ...route, path: '/a/:b/:c' }] }, /one parameter/],
    [{ routes: [{ ...route, path: '/v1/:b' }] }, /begins as those of the API itself/],
  ])('is refused with %j', (changes, flaw) => {
    expect(catalogFlaw({ ...sound, ...changes }, 'things')).toMatch(flaw);
  });

  it('of the folder everhook alone has the types of the service', () => {
    const own = { ...sound, name: 'everhook', formats: {} };
    const types = [{ ...type, name: 'everhook.thing' }];
    expect(catalogFlaw({ ...own, types }, 'everhook')).toBeNull();
    expect(catalogFlaw(own, 'everhook')).toMatch(/no event type may be called "thing\.made"/);
  });

  it('is refused in a folder that is no name, or that has the name of a general format', () => {
    expect(catalogFlaw({ ...sound, name: 'My Things' }, 'My Things')).toMatch(/joined by "-"/);
    const raws = { ...sound, name: 'raw', formats: { raw } };
    expect(catalogFlaw(raws, 'raw')).toMatch(/"raw" is there already/);
  });

  it('is refused where a sample breaks its own schema', () => {
    const types = [{ ...type, sample: { m: 1 } }];
    expect(() => checkSamples([{ ...sound, types }])).toThrow(
      /catalog things .* sample of thing\.made .* \/sample must have required property 'n'/,
    );
  });

  it('is off by default where it shares a name with one before it', () => {
    const others = { ...sound, name: 'others', types: [{ ...type, name: 'other.made' }] };
    const late = { ...sound, name: 'things-again' };
    expect(sharedType([others, sound])).toBeNull();
    expect(sharedType([others, sound, late])).toEqual({
      type: 'thing.made',
      catalogs: ['things', 'things-again'],
    });
    expect(offByDefault([others, sound])).toEqual([]);
    expect(offByDefault([others, sound, late])).toEqual(['things-again']);
  });
});
