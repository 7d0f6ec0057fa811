import { DuplicateMemberError } from '../../domain/json/duplicateMemberError.js';
import { escapePointerToken } from '../../domain/json/jsonPointer.js';
import { JsonSyntaxError } from '../../domain/json/jsonSyntaxError.js';
import { scanJson, type JsonSlices } from '../../domain/json/scanJson.js';
import { Problem } from '../../domain/problem.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body's text and where its members stand. Throws a `Problem` that names the place where it isn't strict JSON. */
export function scanBody(rawBody: Uint8Array): JsonSlices & { text: string } {
  const text = decode(rawBody);
  try {
    return { text, ...scanJson(text) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Problem('invalid_json', `${error.message}.`);
    if (error instanceof DuplicateMemberError) {
      throw new Problem('duplicate_member', `${error.message}.`, [
        { pointer: `/${escapePointerToken(error.member)}`, detail: error.message },
      ]);
    }
    throw error;
  }
}

function decode(rawBody: Uint8Array): string {
  try {
    return utf8.decode(rawBody);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem('invalid_json', 'The body is not valid UTF-8.');
  }
}
