import { answerFailures } from '../../domain/answer.js';
import { disabledReasons } from '../../domain/words.js';

const moment = { type: 'string', format: 'date-time' };
const text = { type: 'string' };

/** All members are always there; the service makes the data itself, so one that is missing is a fault of its own. */
function whole(properties: Record<string, object>): object {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function orNull({ type, ...rest }: { type: string; description: string }): object {
  return { ...rest, type: [type, 'null'] };
}

const endpoint = {
  ...whole({
    id: { ...text, description: '`ep_…`' },
    tenant: { ...text, description: 'Whose endpoint it is' },
    url: { ...text, description: 'Without its query, which may carry credentials' },
    description: text,
    metadata: { type: 'object', additionalProperties: text },
  }),
  description: 'The endpoint, as its owner described it',
};

const lastAnswer = orNull({
  ...text,
  description: `What came back last: a status, or ${answerFailures.slice(1).join(', ')}`,
});
const consecutiveFailures = {
  type: 'integer',
  description: 'Attempts that failed since the last that did not',
};
const failingSince = { ...moment, description: 'When the first of these failed' };

export const endpointFailing = whole({
  endpoint,
  failingSince,
  consecutiveFailures,
  lastAnswer,
  disabledAt: { ...moment, description: 'When it will be disabled, unless it answers before' },
});

export const endpointDisabled = whole({
  endpoint,
  reason: {
    enum: disabledReasons,
    description:
      '`owner`: by a person; `gone`: it answered 410 Gone; `failing`: it failed for too long',
  },
  disabledAt: moment,
  failingSince: orNull({ ...failingSince, description: 'Null: it was not failing' }),
  consecutiveFailures,
  lastAnswer,
});

export const endpointRecovered = whole({
  endpoint,
  from: {
    enum: ['disabled', 'failing'],
    description: '`disabled`: it was enabled; `failing`: it answers again',
  },
  reason: {
    enum: [...disabledReasons, null],
    description: 'Why it was disabled; null: it was not',
  },
  since: { ...moment, description: 'Since when it was disabled, or failing' },
});

const overlapSeconds = {
  type: 'integer',
  description: 'For how long the old secrets sign beside the new one',
};

export const secretRotationDue = whole({
  endpoint,
  rotatesAt: { ...moment, description: 'When it gets a new secret' },
  everyDays: orNull({ type: 'integer', description: 'How often it gets one; null: this once' }),
  overlapSeconds,
});

export const secretRotated = whole({
  endpoint,
  scheduled: {
    type: 'boolean',
    description: '`true`: as was set up; `false`: somebody asked for it at once',
  },
  rotatedAt: moment,
  oldSecretsEndAt: orNull({
    ...moment,
    description: 'Until then old secrets sign beside the new one; null: none does',
  }),
  nextRotationAt: orNull({ ...moment, description: 'Null: none is set up' }),
});

export const deliveryFailed = whole({
  delivery: {
    ...whole({
      id: { ...text, description: '`dlv_…`: what `POST …/deliveries/{id}/retry` takes' },
      eventId: { ...text, description: '`evt_…`, the `webhook-id` of its requests' },
      eventType: text,
      tenant: text,
      endpointId: text,
      importId: orNull({ ...text, description: 'Of one that brings rows: their import' }),
      orderingKey: orNull({ ...text, description: 'What it is in order with; null: no key' }),
      attempts: { type: 'integer', description: 'In its last round' },
      lastAnswer,
      reason: { ...text, description: 'Why it failed, in words' },
      acceptedAt: moment,
      failedAt: moment,
    }),
    description: 'The delivery; its event is stored, and can be sent again',
  },
  endpoint,
  blocksOrder: {
    type: 'boolean',
    description: 'What comes after it in its order waits until it is retried or cancelled',
  },
});
