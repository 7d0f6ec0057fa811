import { Writable } from 'node:stream';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.js';

describe('createLog', () => {
  it('writes of an error of Postgres what happened, and no row or parameter', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const err = Object.assign(new pg.DatabaseError('it breaks a check', 0, 'error'), {
      code: '23514',
      detail: 'Failing row contains (top secret).',
      where: 'JSON data, line 1: {"top": "secret',
    });
    createLog('info', destination).error({ err }, 'request failed');
    expect(lines.join('')).toContain('it breaks a check');
    expect(lines.join('')).toContain('23514');
    expect(lines.join('')).not.toContain('secret');
  });
});
