import { showId } from '../../domain/ids.js';
import { readDepths, type Depths } from '../../store/readDepths.js';
import { readOverdueDrains } from '../../store/overdueDrains.js';
import type { Pool } from '../../store/pool.js';
import { ok, warning, type Finding } from './finding.js';

/** More than an operator reads, and quickly counted. */
const maxRowsCounted = 10_000;
/** The sweeper starts a drain again that is late by two minutes; one that is later still has no sweeper. */
const overdueMs = 300_000;
const maxOverdueShown = 3;
/** An outbox row lives for milliseconds. */
const outboxLateSeconds = 60;
const daySeconds = 86_400;
/** The day of the oldest event is dropped within hours of its end; a machine that was off has its time to catch up. */
const spareDays = 2;

/** How it goes, by the database: what waits, which endpoints are closed, whether drains look, and the days. */
export async function* checkOperation(pool: Pool, retentionDays: number): AsyncGenerator<Finding> {
  const depths = await readDepths(pool, maxRowsCounted);
  yield checkOutbox(depths);
  yield checkEndpoints(depths);
  yield await checkQueues(pool, depths);
  yield checkDays(depths);
  yield checkRetention(depths, retentionDays);
}

function checkOutbox({ outboxRows, outboxOldestSeconds }: Depths): Finding {
  if (outboxOldestSeconds <= outboxLateSeconds) return ok('outbox', 'holds nothing for long');
  return warning(
    'outbox',
    `holds workflows to be started (${countText(outboxRows)}), the oldest for ${Math.round(outboxOldestSeconds)} s`,
    'Start a process with the dispatcher role; where one runs, see what is said of Temporal here. Nothing is lost.',
  );
}

function checkEndpoints({ upkeep }: Depths): Finding {
  const { down, disabled, paused } = upkeep.closedEndpoints;
  const detail = `${countText(down)} down, ${countText(disabled)} disabled by their answers, ${countText(paused)} paused`;
  if (down + disabled === 0) return ok('endpoints', detail);
  return warning(
    'endpoints',
    detail,
    'See `npx everhook endpoints list --state down` and `--state disabled`. Those of production: with `-e production`. One that is down opens as soon as it answers a probe, or its next event; one that is disabled is opened by `npx everhook endpoints enable`.',
  );
}

async function checkQueues(pool: Pool, { openDeliveries }: Depths): Promise<Finding> {
  const overdue = await readOverdueDrains(pool, { overdueMs, after: null, limit: maxRowsCounted });
  if (overdue.length === 0) {
    return ok(
      'queues',
      `${countText(openDeliveries.queued)} deliveries wait, and are looked after`,
    );
  }
  const shown = overdue.slice(0, maxOverdueShown).map((id) => showId('endpoint', id));
  const more = overdue.length > shown.length ? ', …' : '';
  return warning(
    'queues',
    `of ${countText(overdue.length)} endpoints nobody has looked at the queue when it was due: ${shown.join(', ')}${more}`,
    'Start a process with the dispatcher role, which starts their drains again within two minutes, and one with the worker role.',
  );
}

function checkDays({ upkeep: { daysEndSeconds } }: Depths): Finding {
  const ahead = daysEndSeconds === null ? 0 : (daysEndSeconds - Date.now() / 1_000) / daySeconds;
  if (ahead >= 1) return ok('partitions', `are there for ${Math.floor(ahead)} days ahead`);
  return warning(
    'partitions',
    ahead > 0 ? 'end within a day' : 'are missing for today, so events fall outside the days',
    'Let a process with the dispatcher role run all the time: it makes them three days ahead.',
  );
}

function checkRetention({ upkeep }: Depths, retentionDays: number): Finding {
  const { firstDaySeconds } = upkeep;
  const days = firstDaySeconds === null ? 0 : (Date.now() / 1_000 - firstDaySeconds) / daySeconds;
  if (days <= retentionDays + spareDays) {
    return ok('retention', `events are kept for ${retentionDays} days, and none is older`);
  }
  return warning(
    'retention',
    `events of ${Math.floor(days)} days ago are still there, though EVERHOOK_RETENTION_DAYS=${retentionDays}`,
    'Let a process with the dispatcher role run. Where one does, its log says what holds it up: a long reader, such as a backup, or a clock that has jumped.',
  );
}

function countText(count: number): string {
  return count >= maxRowsCounted ? `${maxRowsCounted} or more` : String(count);
}
