import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { holdDaysOf, payloadDaysOf } from '../../src/config/retention.js';

describe('what is kept', () => {
  it('is kept for 120 days, with what it carries, so that an event may be held back for 90', () => {
    const config = loadConfig({});
    expect(config.retentionDays).toBe(120);
    expect(payloadDaysOf(config)).toBe(120);
    expect(holdDaysOf(config)).toBe(90);
  });

  it('is held back for no longer than leaves it its time in a queue', () => {
    expect(holdDaysOf(loadConfig({ EVERHOOK_PAYLOAD_RETENTION_DAYS: '40' }))).toBe(26);
  });

  it.each([
    [
      { EVERHOOK_RETENTION_DAYS: '60', EVERHOOK_PAYLOAD_RETENTION_DAYS: '61' },
      'EVERHOOK_PAYLOAD_RETENTION_DAYS=61: must be at most EVERHOOK_RETENTION_DAYS = 60',
    ],
    [
      { EVERHOOK_RETENTION_DAYS: '18' },
      'EVERHOOK_RETENTION_DAYS=18: must be at least 19, or deliveries would lose what they are still to send',
    ],
    [
      { EVERHOOK_PAYLOAD_RETENTION_DAYS: '29' },
      'EVERHOOK_PAYLOAD_RETENTION_DAYS=29: must be at least 30 days = EVERHOOK_ROW_RETENTION_HOURS',
    ],
  ])('is refused at start where %j contradicts the rest', (environment, problem) => {
    expect(() => loadConfig(environment)).toThrow(problem);
  });
});
