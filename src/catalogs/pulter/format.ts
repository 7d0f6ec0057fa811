import type { Format } from '../../domain/formats/format.js';
import { scanJson } from '../../domain/json/scanJson.js';

/** One batch of rows; the rows and what else the product gave are spliced in byte for byte. */
export const pulter: Format = {
  description:
    'Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches',
  render({ id, type, data }) {
    const { members } = scanJson(data);
    const given = (name: string): string | undefined => {
      const slice = members?.get(name);
      return slice && data.slice(slice.start, slice.end);
    };
    const accepted = (name: string): string => {
      const text = given(name);
      if (text === undefined) throw new Error(`The data of ${type} was accepted without ${name}.`);
      return text;
    };
    const rows = accepted('rows');
    const fields = {
      id: given('id') ?? JSON.stringify(id),
      templateId: accepted('templateId'),
      event: JSON.stringify(type),
      // An event that holds its rows itself is one batch.
      index: '1',
      count: '1',
      totalRows: String((JSON.parse(rows) as unknown[]).length),
      metadata: accepted('metadata'),
      rows,
    };
    const body = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
    return { body: `{${body.join(',')}}`, contentType: 'application/json', headers: {} };
  },
};
