import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, type EverhookClient } from '../../client/index.js';
import type { Environment } from '../../domain/words.js';
import { isAbort } from '../isAbort.js';
import { isPassing } from '../isPassing.js';
import type { Terminal } from '../terminal.js';
import { progressText, type Recovery } from './showRecovery.js';

const lookEveryMs = 1_000;

/**
 * Shows how far a recovery is until it ends, or the user has seen enough: it goes on without anybody watching. Gives how
 * it was seen last. A service that is away is waited for.
 */
export async function followRecovery(
  client: EverhookClient,
  begun: Recovery,
  terminal: Terminal,
  environment: Environment | undefined,
): Promise<Recovery> {
  const stopped = terminal.untilStopped();
  const path = { tenant: begun.tenant, recoveryId: begun.id };
  let seen = begun;
  let told = '';
  const tell = (text: string): void => {
    if (text !== told) terminal.err(`${text}\n`);
    told = text;
  };
  try {
    tell(progressText(seen));
    while (seen.state === 'running') {
      await sleep(lookEveryMs, undefined, { signal: stopped });
      try {
        const at = '/v1/tenants/{tenant}/recoveries/{recoveryId}';
        seen = await dataOf(client.GET(at, { params: { path }, signal: stopped }));
        if (seen.state === 'running') tell(progressText(seen));
      } catch (error) {
        if (!isPassing(error)) throw error;
        tell(`${error.message} Waiting for it …`);
      }
    }
  } catch (error) {
    if (!isAbort(error, stopped)) throw error;
    const command = ['npx everhook', ...(environment === undefined ? [] : ['-e', environment])];
    const which = `${seen.id} --tenant ${seen.tenant}`;
    terminal.err(
      `It goes on. To see how far it is: ${command.join(' ')} recoveries show ${which}\n` +
        `To end it: ${command.join(' ')} recoveries cancel ${which}\n`,
    );
  }
  return seen;
}
