import { inject } from 'vitest';
import type { FoundChromium } from './findChromium.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's one harness answers; see harnessServer.ts. */
    harnessUrl: string;
    /** See tempFolder.ts. */
    runFolder: string;
  }
}

/** What the harness gives, each started or made when a test first asks for it. */
export interface HarnessGifts {
  /** A Postgres with a database, migrated, to clone. */
  postgres: { adminUrl: string; template: string };
  temporal: { address: string; uiUrl: string; binary: string };
  /** A namespace that nobody else of this run gets. */
  namespace: { namespace: string };
  /** `dist/` is up to date: the service and the workflow bundle. */
  build: Record<string, never>;
  /** Installed where it is missing and can be. */
  chromium: FoundChromium;
}

/** Asks the run's harness; the first to ask waits until the thing is there. Throws what went wrong there. */
export async function askHarness<K extends keyof HarnessGifts>(gift: K): Promise<HarnessGifts[K]> {
  const answer = await fetch(`${inject('harnessUrl')}/${gift}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The test harness could not give ${gift}: ${text}`);
  return JSON.parse(text) as HarnessGifts[K];
}
