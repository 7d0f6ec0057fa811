import type { SettingValues } from '../config/settings.js';
import type { AddressGuard } from '../delivery/address/addressGuard.js';
import type { Sealer } from '../store/sealer.js';
import type { Sender } from '../delivery/sender.js';
import type { Intake } from '../intake/intake.js';
import type { Pool } from '../store/pool.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';

/** What `/health/ready` reports: whether this process can do its work, and each part it depends on in words. */
export interface Readiness {
  ready: boolean;
  /** Part → `ok`, or what is wrong with it; no secret and no address. */
  parts: Record<string, string>;
}

/** All that the API needs; made and owned by the entry point. */
export interface ApiDeps {
  pool: Pool;
  log: Log;
  sealer: Sealer;
  guard: AddressGuard;
  /** For the test of an endpoint; events are sent by the worker. */
  sender: Sender;
  intake: Intake;
  /** Those in effect. */
  settings: SettingValues;
  /** Where the Temporal UI is, without a slash at the end; null: no links to workflows. */
  temporalUi: string | null;
  readiness: () => Promise<Readiness>;
  metrics: Metrics;
  tracing: Tracing;
  /** What `/metrics` answers, in the text format of Prometheus. */
  metricsPage: () => Promise<string>;
  /** A process without the api role answers for its health and its metrics alone. */
  serves: 'everything' | 'health';
  /** Of the package, for the OpenAPI document. */
  version: string;
  /** Others than `apiWaits`, where a test can't wait that long. */
  waits?: ApiWaits;
}

/** How long clients may take. */
export interface ApiWaits {
  /** For the whole of a body to arrive. */
  bodyMs: number;
  /** Of an upload, which may take hours: without a byte. */
  silenceMs: number;
}

export const apiWaits: ApiWaits = { bodyMs: 60_000, silenceMs: 60_000 };
