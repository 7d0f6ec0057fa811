import { request, type ClientRequest } from 'node:http';
import type { TestApi } from '../startTestApi.js';

export interface Ended {
  status: number;
  json: Record<string, unknown>;
}

export interface OpenUpload {
  /** Resolves when the part has been handed to the system. */
  send(part: string | Uint8Array): Promise<void>;
  end(): void;
  /** Breaks the connection. */
  abort(): void;
  /** Rejects where the connection breaks without an answer. */
  answered: Promise<Ended>;
}

/** An upload whose parts are sent one by one. */
export function startUpload(
  api: Pick<TestApi, 'url' | 'key'>,
  path: string,
  { method = 'POST', type = 'application/x-ndjson' } = {},
): OpenUpload {
  const sent = request(`${api.url}${path}`, {
    method,
    agent: false,
    headers: { authorization: `Bearer ${api.key}`, 'content-type': type },
  });
  const answered = answerOf(sent);
  answered.catch(() => undefined);
  return {
    send: (part) => new Promise((resolve) => sent.write(part, () => resolve())),
    end: () => void sent.end(),
    abort: () => void sent.destroy(),
    answered,
  };
}

function answerOf(sent: ClientRequest): Promise<Ended> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
        resolve({ status: response.statusCode ?? 0, json });
      });
    });
  });
}
