import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';

const load = (value?: string) =>
  loadConfig(value === undefined ? {} : { EVERHOOK_CLOUDEVENTS_SOURCE: value }).cloudEventsSource;

describe('EVERHOOK_CLOUDEVENTS_SOURCE', () => {
  it('is /everhook unless told', () => {
    expect(load()).toBe('/everhook');
    expect(load('')).toBe('/everhook');
  });

  it.each(['https://api.example.com/a?b=c#d', 'urn:example:1', '//host/a%20b', 'http://[::1]/'])(
    'may be %s',
    (value) => expect(load(value)).toBe(value),
  );

  it.each(['a b', '/50%', 'https://exämple.com/', '/"quoted"', '/a\nb', `/${'a'.repeat(1_024)}`])(
    'may not be %j',
    (value) => expect(() => load(value)).toThrow(/EVERHOOK_CLOUDEVENTS_SOURCE=/),
  );
});
