import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.js';
import { temporalLogger } from '../../src/telemetry/temporalLogger.js';

describe('temporalLogger', () => {
  it('says why something failed, and of what', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const logger = temporalLogger(createLog('info', destination));
    logger.warn('Workflow failed', {
      workflowId: 'event/evt_1',
      error: new Error('no retry left'),
    });
    logger.info('Worker state changed');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ level: 'warn', msg: 'Workflow failed', workflowId: 'event/evt_1', by: 'temporal' },
      err: { type: 'Error', message: 'no retry left' },
    });
  });
});
