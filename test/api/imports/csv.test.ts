import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/loadConfig.js';
import { maxBodyBytes, startTestApi, type TestApi } from '../startTestApi.js';
import { append, csv, openImport, rowsOf } from './importScene.js';

const maxRowBytes = 1_000;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { ...loadConfig({}), maxBodyBytes, maxRowBytes } });
});
afterAll(() => api.stop());

async function send(text: string | Uint8Array, query = '') {
  const path = await openImport(api);
  return { path, answer: await append(api, path, text, { headers: csv, query }) };
}

describe('rows as CSV', () => {
  it('are objects of texts by the names of the header', async () => {
    const { path, answer } = await send(
      '\uFEFFname,"the ""age""",__proto__\r\nZoë,27,\r\n\r\n"Roger\r\n""D"", Jr.",  32 ,x\n日本,"",\\n',
    );
    expect(answer.json, answer.text).toEqual({ received: 3, skipped: 0, stored: 3 });
    expect((await rowsOf(api, path)).map(({ data, valid }) => [data, valid])).toEqual([
      ['{"name":"Zoë","the \\"age\\"":"27","__proto__":""}', true],
      ['{"name":"Roger\\r\\n\\"D\\", Jr.","the \\"age\\"":"  32 ","__proto__":"x"}', true],
      ['{"name":"日本","the \\"age\\"":"","__proto__":"\\\\n"}', true],
    ]);
  });

  it('go on by offset, the header each time', async () => {
    const { path } = await send('a,b\n1,2\n3,4\n');
    const text = 'a,b\n1,2\n3,4\n5,6\n7,8';
    const answer = await append(api, path, text, { headers: csv, query: '?offset=0' });
    expect(answer.json).toEqual({ received: 2, skipped: 2, stored: 4 });
    expect((await rowsOf(api, path)).map(({ data }) => data)).toEqual([
      '{"a":"1","b":"2"}',
      '{"a":"3","b":"4"}',
      '{"a":"5","b":"6"}',
      '{"a":"7","b":"8"}',
    ]);
  });

  it('are none of a header alone, or of nothing', async () => {
    for (const text of ['', '\n\n', 'a,b', 'a,b\n']) {
      const { answer } = await send(text);
      expect(answer.json, answer.text).toEqual({ received: 0, skipped: 0, stored: 0 });
    }
  });

  it.each([
    ['a name twice', 'a,b,a\n1,2,3', 0, 'Line 1: the header has "a" twice'],
    ['a column without a name', 'a,,b\n1,2,3', 0, 'Line 1: column 2 of the header has no name'],
    ['lines that end with CR alone', 'a,b\r1,2\r3,4\r', 0, 'the header has "b\\r1"'],
    ['too many cells', 'a,b\n1,2\n1,2,3\n', 1, 'Line 3: it has 3 cells, and the header 2'],
    ['too few cells', 'a,b\n1,2\n\n1\n', 1, 'Line 4: it has 1 cells, and the header 2'],
    ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', 1, 'a quote is not closed'],
    ['a quote within a cell', 'a,b\n1,2\n3,4"5\n', 1, 'Line 3: a quote stands in a cell'],
    ['text after a quote', 'a,b\n1,2\n3,"4"5\n', 1, 'Line 3: after the closing quote'],
  ])('up to what is wrong: %s', async (_, text, stored, detail) => {
    const { answer } = await send(text);
    expect(answer.json).toMatchObject({ status: 422, code: 'invalid_row', stored });
    expect(answer.json['detail']).toContain(detail);
  });

  it('up to what is not UTF-8', async () => {
    const bad = Buffer.from([0xc3, 0x28]);
    const { answer } = await send(Buffer.concat([Buffer.from('a,b\n1,2\n3,'), bad]));
    expect(answer.json).toMatchObject({ status: 422, stored: 1 });
    expect(answer.json['detail']).toContain('Line 3: it is not valid UTF-8');
    const header = await send(Buffer.concat([Buffer.from('a,'), bad, Buffer.from('\n1,2\n')]));
    expect(header.answer.json['detail']).toContain('Line 1: it is not valid UTF-8');
  });

  it('up to one that is too large', async () => {
    const long = 'x'.repeat(990);
    const cell = await send(`a,b\n1,2\n3,${'x'.repeat(5_000)}\n`);
    expect(cell.answer.json).toMatchObject({ status: 413, code: 'row_too_large', stored: 1 });
    const object = await send(`a,b\n1,2\n${long},\n`);
    expect(object.answer.json).toMatchObject({ status: 413, code: 'row_too_large', stored: 1 });
    expect(object.answer.json['detail']).toContain('Line 3: a row may have 1000 bytes');
    const open = await send(`a,b\n1,2\n"${'x\n'.repeat(100_000)}`);
    expect(open.answer.json).toMatchObject({ status: 413, code: 'row_too_large', stored: 1 });
  });
});
