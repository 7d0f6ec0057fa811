import type { ImportRow } from '../../../src/domain/imports/importRow.js';
import type { Answered, CallOptions, TestApi } from '../startTestApi.js';

export const ndjson = { 'content-type': 'application/x-ndjson' };
export const csv = { 'content-type': 'text/csv' };

let made = 0;

/** A path of a new import of acme. */
export async function openImport(api: TestApi, body: object = {}): Promise<string> {
  made += 1;
  const path = '/v1/tenants/acme/imports';
  const answer = await api.call('POST', path, { body: { id: `import-${made}`, ...body } });
  if (answer.status !== 201) throw new Error(answer.text);
  return `${path}/${String(answer.json['id'])}`;
}

/** Sends lines, or bytes as they are, to be appended. */
export async function append(
  api: TestApi,
  path: string,
  body: string | Uint8Array | readonly string[],
  { query = '', headers = ndjson, ...options }: CallOptions & { query?: string } = {},
): Promise<Answered> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : body.join('\n');
  return await api.call('POST', `${path}/rows${query}`, { body: text, headers, ...options });
}

/** All rows that the import has, by its stream, the data as text. */
export async function rowsOf(api: TestApi, path: string, query = ''): Promise<ImportRow[]> {
  const headers = { accept: 'application/x-ndjson' };
  const answer = await api.call('GET', `${path}/rows${query}`, { headers });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { id, valid } = JSON.parse(line) as { id: string; valid: boolean };
      const start = line.indexOf(',"data":') + ',"data":'.length;
      return { id, data: line.slice(start, line.lastIndexOf(',"valid":')), valid };
    });
}

export async function storedIn(api: TestApi, path: string): Promise<Record<string, unknown>> {
  const answer = await api.call('GET', path);
  return answer.json['rows'] as Record<string, unknown>;
}
