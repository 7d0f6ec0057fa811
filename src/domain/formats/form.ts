import { DuplicateMemberError } from '../json/duplicateMemberError.js';
import { scanJson } from '../json/scanJson.js';
import type { Format } from './format.js';
import { formEncoded } from './formEncoded.js';

/** The members of the data as a web form sends its fields (WHATWG URL, section 5.2). */
export const form: Format = {
  description:
    'The members of the data as a web form sends its fields: strings as they are, other values as JSON text; takes objects alone',
  lacks(data) {
    try {
      return scanJson(data).members === null ? 'a JSON object as data' : null;
    } catch (error) {
      if (!(error instanceof DuplicateMemberError)) throw error;
      return `each member of the data once (${JSON.stringify(error.member.slice(0, 80))} stands twice)`;
    }
  },
  growth: '%XX'.length,
  render({ data }) {
    const { members } = scanJson(data);
    if (members === null) throw new Error('The format form was asked to render what it refuses.');
    const fields = [...members].map(([name, { start, end }]) => {
      const text = data.slice(start, end);
      const value = text.startsWith('"') ? (JSON.parse(text) as string) : text;
      return `${formEncoded(name)}=${formEncoded(value)}`;
    });
    return {
      body: fields.join('&'),
      contentType: 'application/x-www-form-urlencoded',
      headers: {},
    };
  },
};
