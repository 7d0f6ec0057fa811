import { openStates } from '../domain/words.js';

const openStatesSql = openStates.map((state) => `'${state}'`).join(', ');

/** Whether a row of `deliveries` is open, said as the partial indexes say it. */
export function isOpenSql(delivery: string): string {
  return `${delivery}.state IN (${openStatesSql})`;
}

/** Whether nobody is sending it at the moment, or whoever was has lost its lease. */
export function isFreeSql(delivery: string): string {
  return `(${delivery}.lease_until IS NULL OR ${delivery}.lease_until < now())`;
}

/** Whether a delivery `d` has expired: nothing is sent of it any more. */
export const isExpiredSql = `(d.expires_at IS NOT NULL AND d.expires_at <= now())`;

/** Whether what an event or a delivery of that id carries is still kept; without it nothing is sent. */
export function hasPayloadSql(id: string): string {
  return `${id} >= (SELECT payloads_from FROM retention)`;
}
