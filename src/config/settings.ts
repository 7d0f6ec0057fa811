import { z } from 'zod';

/**
 * The one definition of the settings. The README's table and the frozen configuration object are made from it; nothing
 * else reads the environment, but for what `hostEnvironment` takes, and OpenTelemetry's library its own variables.
 */
export interface Setting<T extends z.ZodType = z.ZodType> {
  variable: string;
  /** From the variable's text, or from undefined where it is unset. */
  schema: T;
  /** What the README shows as the default. */
  defaultText: string;
  description: string;
  secret?: true;
}

const text = z.string().trim().min(1);
const wholeNumber = (lowest: number, highest: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${lowest} to ${highest}` })
    .int()
    .min(lowest)
    .max(highest);

function setting<T extends z.ZodType>(definition: Setting<T>): Setting<T> {
  return definition;
}

export const roles = ['api', 'dispatcher', 'worker'] as const;
export type Role = (typeof roles)[number];

const list = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const areRoles = (names: string[]): names is Role[] =>
  names.length > 0 && names.every((name) => (roles as readonly string[]).includes(name));

export const settings = {
  port: setting({
    variable: 'PORT',
    schema: wholeNumber(0, 65_535).default(8080),
    defaultText: '8080',
    description: 'Where the API listens; 0 takes a free port.',
  }),
  host: setting({
    variable: 'HOST',
    schema: text.default('127.0.0.1'),
    defaultText: '127.0.0.1',
    description: 'The address that the API binds to.',
  }),
  roles: setting({
    variable: 'EVERHOOK_ROLES',
    schema: z
      .string()
      .transform(list)
      .refine(areRoles, { error: `must be one or more of ${roles.join(', ')}` })
      .default([...roles]),
    defaultText: 'api,dispatcher,worker',
    description: 'What this process does. Together in one process, workflows start eagerly.',
  }),
  dataDir: setting({
    variable: 'EVERHOOK_DATA_DIR',
    schema: text.default('.everhook'),
    defaultText: '.everhook',
    description: 'Where the embedded stack keeps its databases, keys and records.',
  }),
  databaseUrl: setting({
    variable: 'DATABASE_URL',
    schema: z
      .url({
        protocol: /^postgres(ql)?$/,
        error: 'must be like postgres://user:password@host:5432/database',
      })
      .optional(),
    defaultText: 'unset: embedded Postgres',
    description: 'The Postgres database.',
    secret: true,
  }),
  temporalAddress: setting({
    variable: 'TEMPORAL_ADDRESS',
    schema: text.optional(),
    defaultText: 'unset: embedded Temporal server',
    description: 'Host and port of the Temporal server.',
  }),
  temporalNamespace: setting({
    variable: 'TEMPORAL_NAMESPACE',
    schema: text.default('default'),
    defaultText: 'default',
    description: 'The Temporal namespace of the workflows.',
  }),
  temporalUiUrl: setting({
    variable: 'TEMPORAL_UI_URL',
    schema: z.url().optional(),
    defaultText: 'unset: that of the embedded server, or no links',
    description: 'Where the Temporal UI is, for links from deliveries to their workflows.',
  }),
  temporalCliPath: setting({
    variable: 'TEMPORAL_CLI_PATH',
    schema: text.optional(),
    defaultText: 'unset: looked for, then built',
    description: 'The `temporal` command that runs the embedded server.',
  }),
  temporalRetentionHours: setting({
    variable: 'EVERHOOK_TEMPORAL_RETENTION_HOURS',
    schema: wholeNumber(1, 8_760).default(24),
    defaultText: '24',
    description:
      'How long the embedded Temporal server keeps finished workflows (about 36 kB each); Postgres keeps the record.',
  }),
  encryptionKeys: setting({
    variable: 'EVERHOOK_ENCRYPTION_KEYS',
    schema: z.string().optional(),
    defaultText: 'unset: the embedded stack writes a file',
    description:
      '`id:base64,…` of 32 bytes each; the first encrypts, all decrypt. Required with `DATABASE_URL`.',
    secret: true,
  }),
  allowNetworks: setting({
    variable: 'EVERHOOK_ALLOW_NETWORKS',
    schema: z.string().transform(list).optional(),
    defaultText: 'unset: none; with the embedded stack loopback',
    description: 'Networks (CIDR) that endpoints may be in although they are internal.',
  }),
  allowHttp: setting({
    variable: 'EVERHOOK_ALLOW_HTTP',
    schema: z
      .enum(['true', 'false'])
      .default('false')
      .transform((value) => value === 'true'),
    defaultText: 'false',
    description: 'Whether endpoints may be `http:`. Allowed networks always may.',
  }),
  cloudEventsSource: setting({
    variable: 'EVERHOOK_CLOUDEVENTS_SOURCE',
    schema: z
      .string()
      .max(1_024)
      .regex(
        /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/,
        'must be a URI, or a reference to one (RFC 3986), such as https://api.example.com/webhooks',
      )
      .default('/everhook'),
    defaultText: '/everhook',
    description:
      "The `source` of CloudEvents: a URI that says who sends; with the event's id it is unique.",
  }),
  logLevel: setting({
    variable: 'EVERHOOK_LOG_LEVEL',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    defaultText: 'info',
    description: 'The least severe log lines written (JSON, to standard output).',
  }),
  metricsToken: setting({
    variable: 'EVERHOOK_METRICS_TOKEN',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9\-._~+/]{16,256}=*$/, 'must be a bearer token of at least 16 characters')
      .optional(),
    defaultText: 'unset: only from this machine',
    description: 'The bearer token with which `/metrics` may be read, from anywhere.',
    secret: true,
  }),
  otlpEndpoint: setting({
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: z.url({ protocol: /^https?$/, error: 'must be like http://collector:4318' }).optional(),
    defaultText: 'unset: no traces',
    description:
      'The collector that traces are sent to, by OTLP over HTTP; see [docs/tracing.md](docs/tracing.md), also for the further variables of OpenTelemetry.',
  }),
  maxBodyBytes: setting({
    variable: 'EVERHOOK_MAX_BODY_BYTES',
    schema: wholeNumber(1_024, 16_777_216).default(262_144),
    defaultText: '262144',
    description:
      'The largest request body that the API takes, and the largest line of a bulk submission.',
  }),
  maxBulkBytes: setting({
    variable: 'EVERHOOK_MAX_BULK_BYTES',
    schema: wholeNumber(1_024, 268_435_456).default(16_777_216),
    defaultText: '16777216',
    description: 'The largest body of a bulk submission.',
  }),
  maxRowBytes: setting({
    variable: 'EVERHOOK_MAX_ROW_BYTES',
    schema: wholeNumber(256, 1_048_576).default(65_536),
    defaultText: '65536',
    description:
      'The largest row of an import: its line, or the object that is made of a CSV record.',
  }),
  maxImportRows: setting({
    variable: 'EVERHOOK_MAX_IMPORT_ROWS',
    schema: wholeNumber(1, 1_000_000_000).default(10_000_000),
    defaultText: '10000000',
    description: 'The rows that an import may have.',
  }),
  maxImportBytes: setting({
    variable: 'EVERHOOK_MAX_IMPORT_BYTES',
    schema: wholeNumber(1_024, 1_099_511_627_776).default(10_737_418_240),
    defaultText: '10737418240',
    description:
      "The bytes of its rows' data that an import may have, a line feed after each counted.",
  }),
  rowRetentionHours: setting({
    variable: 'EVERHOOK_ROW_RETENTION_HOURS',
    schema: wholeNumber(1, 87_600).default(720),
    defaultText: '720',
    description:
      "How long an import's rows are kept after it was created, whatever became of them.",
  }),
  queueRetentionHours: setting({
    variable: 'EVERHOOK_QUEUE_RETENTION_HOURS',
    schema: wholeNumber(1, 87_600).default(336),
    defaultText: '336',
    description:
      'How long a delivery may wait for its endpoint (disabled, paused, down, or behind others in order) before it is failed.',
  }),
  auditRetentionDays: setting({
    variable: 'EVERHOOK_AUDIT_RETENTION_DAYS',
    schema: wholeNumber(1, 36_500).default(400),
    defaultText: '400',
    description: 'How long the entries of the audit log are kept.',
  }),
  retentionDays: setting({
    variable: 'EVERHOOK_RETENTION_DAYS',
    schema: wholeNumber(2, 3_650).default(120),
    defaultText: '120',
    description:
      'How many days events are kept, with their deliveries and attempts; then their day is dropped whole. See docs/retention.md.',
  }),
  payloadRetentionDays: setting({
    variable: 'EVERHOOK_PAYLOAD_RETENTION_DAYS',
    schema: wholeNumber(2, 3_650).optional(),
    defaultText: 'unset: as `EVERHOOK_RETENTION_DAYS`',
    description:
      "How many days what events carry is kept: data, bodies, receivers' answers. What isn't delivered by then fails.",
  }),
  maxResponseBytes: setting({
    variable: 'EVERHOOK_MAX_RESPONSE_BYTES',
    schema: wholeNumber(0, 65_536).default(4_096),
    defaultText: '4096',
    description: "How much of a receiver's answer is read and kept with the attempt.",
  }),
  databasePoolSize: setting({
    variable: 'EVERHOOK_DATABASE_POOL_SIZE',
    schema: wholeNumber(4, 200).default(16),
    defaultText: '16',
    description: 'Connections to Postgres of this process.',
  }),
  startsInFlight: setting({
    variable: 'EVERHOOK_STARTS_IN_FLIGHT',
    schema: wholeNumber(1, 1_000).default(50),
    defaultText: '50',
    description: 'Workflows being started at once, until their first attempts are made.',
  }),
  workflowTaskSlots: setting({
    variable: 'EVERHOOK_WORKFLOW_TASK_SLOTS',
    schema: wholeNumber(4, 4_000).default(200),
    defaultText: '200',
    description:
      'Workflow tasks that a worker holds at once; at least four times the starts in flight.',
  }),
  maxCachedWorkflows: setting({
    variable: 'EVERHOOK_MAX_CACHED_WORKFLOWS',
    schema: wholeNumber(10, 100_000).default(4_500),
    defaultText: '4500',
    description:
      'Open workflows that a worker keeps in memory (0.24 MB each); see the sizing rule in ARCHITECTURE.md.',
  }),
  wakesPerSecond: setting({
    variable: 'EVERHOOK_WAKES_PER_SECOND',
    schema: wholeNumber(1, 10_000).default(100),
    defaultText: '100',
    description: 'Starts and wake-ups per second that the cache of workflows is sized for.',
  }),
  attemptSlots: setting({
    variable: 'EVERHOOK_ATTEMPT_SLOTS',
    schema: wholeNumber(1, 10_000).default(200),
    defaultText: '200',
    description:
      'Activities that a worker has at once on the `attempts` queue (slow endpoints, late retries); each makes the attempts of one event, 32 at most.',
  }),
  batchSlots: setting({
    variable: 'EVERHOOK_BATCH_SLOTS',
    schema: wholeNumber(1, 1_000).default(64),
    defaultText: '64',
    description:
      "Deliveries of imports' rows that a worker holds at once on the `batches` queue; it sends 32 batches at once at most.",
  }),
  drainSlots: setting({
    variable: 'EVERHOOK_DRAIN_SLOTS',
    schema: wholeNumber(2, 1_000).default(64),
    defaultText: '64',
    description:
      'Endpoints whose queues a worker works off at once; half of them may be of one tenant.',
  }),
  failuresToOpen: setting({
    variable: 'EVERHOOK_CIRCUIT_FAILURES',
    schema: wholeNumber(1, 1_000_000).default(10),
    defaultText: '10',
    description:
      "Attempts that fail one after the other until an endpoint's circuit opens: what it gets is queued, and it is only probed.",
  }),
  firstProbeMs: setting({
    variable: 'EVERHOOK_FIRST_PROBE_MS',
    schema: wholeNumber(100, 3_600_000).default(5_000),
    defaultText: '5000',
    description: 'Until an endpoint whose circuit opened is probed; doubled after each that fails.',
  }),
  maxProbeMs: setting({
    variable: 'EVERHOOK_MAX_PROBE_MS',
    schema: wholeNumber(100, 86_400_000).default(300_000),
    defaultText: '300000',
    description: 'The longest wait between two probes.',
  }),
  disableAfterHours: setting({
    variable: 'EVERHOOK_DISABLE_AFTER_HOURS',
    schema: wholeNumber(1, 87_600).default(120),
    defaultText: '120',
    description:
      'How long a circuit is open until its endpoint is disabled; its owner is warned after a fifth of it.',
  }),
  maxBatchBytes: setting({
    variable: 'EVERHOOK_MAX_BATCH_BYTES',
    schema: wholeNumber(65_536, 67_108_864).default(4_194_304),
    defaultText: '4194304',
    description:
      "The largest body of a batch of an import's rows: it has fewer rows where they would not fit. At least the largest row and `EVERHOOK_MAX_BODY_BYTES` together, and some room.",
  }),
  shutdownGraceMs: setting({
    variable: 'EVERHOOK_SHUTDOWN_GRACE_MS',
    schema: wholeNumber(1_000, 900_000).default(25_000),
    defaultText: '25000',
    description: 'How long a shutdown waits for requests and attempts under way.',
  }),
} as const;

export type SettingName = keyof typeof settings;
export type SettingValues = { [K in SettingName]: z.output<(typeof settings)[K]['schema']> };
