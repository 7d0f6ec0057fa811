import { defineSignal } from '@temporalio/workflow';
import { signals } from '../src/contract/temporal.js';

// A signal typed by hand may hold anything, hence unknown.
export const retryNowSignal = defineSignal<[unknown?]>(signals.retryNow);
export const cancelSignal = defineSignal<[unknown?]>(signals.cancel);
export const lookAgainSignal = defineSignal<[unknown?]>(signals.lookAgain);
export const lookAgainDescription =
  'From the API, after it wrote what it wants: look at the record again.';

/** The delivery that a signal is about, by its shown id; null: all of the workflow's. */
export interface Target {
  deliveryId: string | null;
}

/** What a signal's argument means: nothing or `{}` all, `{ deliveryId }` one; null where it means neither. */
export function targetOf(argument: unknown): Target | null {
  if (argument === undefined || argument === null) return { deliveryId: null };
  if (typeof argument !== 'object' || Array.isArray(argument)) return null;
  const [entry, ...others] = Object.entries(argument);
  if (entry === undefined) return { deliveryId: null };
  const [name, value] = entry as [string, unknown];
  if (name !== 'deliveryId' || typeof value !== 'string' || others.length > 0) return null;
  return { deliveryId: value };
}
