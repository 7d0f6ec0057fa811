import { type CloudEvent, HTTP, type Headers } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../src/intake/accept/formatProblem.js';
import { formats } from '../../../src/domain/formats/index.js';
import { scanJson } from '../../../src/domain/json/scanJson.js';

const event = {
  id: 'evt_01936f5e-7a3c-7000-8000-000000000001',
  type: 'flow.end',
  timestamp: '2026-01-31T14:00:00.000Z',
  data: '{ "amount": 12345678901234567890.10, "é": "\\u00e9" }',
  source: 'https://api.example.com/webhooks',
};

type FormatName = keyof typeof formats;
const formatNames = Object.keys(formats) as FormatName[];

const texts = fc.record({
  id: fc.string({ unit: 'binary' }),
  type: fc.string({ unit: 'binary' }),
  timestamp: fc.string({ unit: 'binary' }),
  source: fc.string({ unit: 'binary' }),
});
const indents = fc.constantFrom(undefined, 2, '\t');

describe('formats', () => {
  it('standard is type, timestamp and data', () => {
    expect(formats.standard.render(event)).toEqual({
      body: `{"type":"flow.end","timestamp":"2026-01-31T14:00:00.000Z","data":${event.data}}`,
      contentType: 'application/json',
      headers: {},
    });
  });

  it('raw is the data', () => {
    const rendered = formats.raw.render(event);
    expect(rendered).toEqual({ body: event.data, contentType: 'application/json', headers: {} });
  });

  it('keep the data byte for byte, whatever the texts are', () => {
    fc.assert(
      fc.property(texts, fc.jsonValue(), indents, (given, value, space) => {
        const data = JSON.stringify(value, null, space);
        for (const name of ['standard', 'cloudevents-structured'] as const) {
          const { body } = formats[name].render({ ...given, data });
          const slice = scanJson(body).members?.get('data');
          expect(body.slice(slice?.start, slice?.end)).toBe(data);
          expect(JSON.parse(body)).toMatchObject({ type: given.type });
        }
        for (const name of ['raw', 'cloudevents-binary'] as const) {
          expect(formats[name].render({ ...given, data }).body).toBe(data);
        }
      }),
    );
  });

  it('give only headers that can be sent', () => {
    fc.assert(
      fc.property(texts, (given) => {
        for (const name of formatNames) {
          const { contentType, headers } = formats[name].render({ ...given, data: '{}' });
          expect(contentType).toMatch(/^[a-z]+\/[a-z+-]+$/);
          for (const [header, value] of Object.entries(headers)) {
            expect(header).toMatch(/^[a-z-]+$/);
            expect(value).toMatch(/^[\x21-\x7e]*$/);
          }
        }
      }),
    );
  });
});

describe('the CloudEvents formats', () => {
  /** As a receiver reads it that uses the SDK of the CloudEvents project. */
  function received(name: 'cloudevents-binary' | 'cloudevents-structured', given = event) {
    const { body, contentType, headers } = formats[name].render(given);
    const all: Headers = { ...headers, 'content-type': contentType };
    const message = { headers: all, body };
    expect(HTTP.isEvent(message)).toBe(true);
    return HTTP.toEvent(message) as CloudEvent<unknown>;
  }

  it.each(['cloudevents-binary', 'cloudevents-structured'] as const)(
    '%s is read by the SDK',
    (name) => {
      const read = received(name, { ...event, data: '{"n": 1, "é": ["\\u00e9"]}' });
      expect(read.validate()).toBe(true);
      expect(read).toMatchObject({
        specversion: '1.0',
        id: event.id,
        source: event.source,
        type: event.type,
        time: event.timestamp,
        datacontenttype: 'application/json',
        data: { n: 1, é: ['é'] },
      });
    },
  );

  it.each([
    ['2026-01-31T14:00:00+02:00', '2026-01-31T14:00:00+02:00'],
    ['2026-01-31T14:00:00.123456789Z', '2026-01-31T14:00:00.123456789Z'],
    ['2026-01-31T14:00Z', '2026-01-31T14:00:00Z'],
    ['2026-01-31T14:00-05:30', '2026-01-31T14:00:00-05:30'],
  ])('give the time %s as %s', (timestamp, expected) => {
    const given = { ...event, timestamp };
    expect(formats['cloudevents-binary'].render(given).headers['ce-time']).toBe(expected);
    const { body } = formats['cloudevents-structured'].render(given);
    expect(JSON.parse(body)).toMatchObject({ time: expected });
  });

  it('percent-encode headers as the HTTP binding does in its example', () => {
    const given = { ...event, type: 'Euro € 😀', source: '/a%20b?"c"' };
    const { headers } = formats['cloudevents-binary'].render(given);
    expect(headers['ce-type']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
    expect(headers['ce-source']).toBe('/a%2520b?%22c%22');
    fc.assert(
      fc.property(texts, (any) => {
        const rendered = formats['cloudevents-binary'].render({ ...any, data: '1' });
        expect(decodeURIComponent(rendered.headers['ce-type'] ?? '')).toBe(any.type);
      }),
    );
  });
});

describe('form', () => {
  const endpoint = { id: '01936f5e-7a3c-7000-8000-000000000002', format: 'form' } as const;
  const render = (data: string) => formats.form.render({ ...event, data });

  it('gives strings as they are and other values as their JSON text', () => {
    const { body, contentType, headers } = render(
      '{ "text": "a b&c=\\u00e9", "n" : 12345678901234567890.10, "o": { "x" : [1] },\n"t": true, "nil": null, "": "" }',
    );
    expect(contentType).toBe('application/x-www-form-urlencoded');
    expect(headers).toEqual({});
    expect([...new URLSearchParams(body)]).toEqual([
      ['text', 'a b&c=é'],
      ['n', '12345678901234567890.10'],
      ['o', '{ "x" : [1] }'],
      ['t', 'true'],
      ['nil', 'null'],
      ['', ''],
    ]);
  });

  it('is written as URLSearchParams writes it', () => {
    const objects = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(objects, (object) => {
        const expected = new URLSearchParams(Object.entries(object)).toString();
        expect(render(JSON.stringify(object)).body).toBe(expected);
      }),
    );
    expect(render('{"half":"\\ud800"}').body).toBe('half=%EF%BF%BD');
    expect(render('{}').body).toBe('');
  });

  it.each([
    ['[{"a":1}]', 'a JSON object as data'],
    ['"text"', 'a JSON object as data'],
    ['null', 'a JSON object as data'],
    ['{"a":1,"\\u0061":2}', 'each member of the data once ("a" stands twice)'],
  ])('refuses %s, naming the endpoint', (data, needs) => {
    const problem = formatProblem([{ ...endpoint, format: 'form' }], data);
    expect(problem).toMatchObject({ code: 'data_unfit_for_format', parts: [{ pointer: '/data' }] });
    expect(problem?.detail).toBe(
      `The endpoint ep_${endpoint.id} has the format form, which needs ${needs}.`,
    );
    expect(() => render(data)).toThrow();
  });

  it('names a one-off endpoint by the field of the body that it came in', () => {
    const problem = formatProblem([{ ...endpoint, format: 'form', isOneOff: true }], '[]');
    expect(problem).toMatchObject({
      detail: 'The one-off endpoint has the format form, which needs a JSON object as data.',
      parts: [{ pointer: '/endpoint/format' }],
    });
  });

  it('is the only format that refuses any', () => {
    const others = formatNames.filter((name) => name !== 'form');
    fc.assert(
      fc.property(fc.json(), (data) => {
        const endpoints = others.map((format) => ({ ...endpoint, format }));
        expect(formatProblem(endpoints, data)).toBeNull();
      }),
    );
    expect(formatProblem([endpoint], '{"a":1}')).toBeNull();
    expect(formatProblem([], '1')).toBeNull();
  });
});
