import { commentEntityKey, type Operation, operations, packetsPath } from './categories.js';

const text = (description: string): object => ({ type: 'string', description });
const moment = (description: string): object => ({
  type: 'string',
  format: 'date-time',
  description,
});

/** The fields that every payload has, and those that are made where they are missing. */
const envelope = (operation: Operation) => ({
  eventTimestamp: moment('When the event was triggered; that of the event where it is missing'),
  operationType: {
    const: operation,
    description: "What happened; from the event's type where it is missing",
  },
  entityPath: text("The full path to the entity within the platform's data hierarchy"),
  entityId: text('The unique identifier of the entity'),
  entityKey: text('The category or type of the entity'),
  collectionPath: text('The path to the collection containing the entity'),
  organizationId: text('The ID of the organization'),
});

const required = [
  ...['entityPath', 'entityId', 'entityKey', 'collectionPath', 'organizationId', 'data'],
];

/** What an entity was at a moment. */
const state = (properties: object) => ({
  type: 'object',
  properties: {
    key: text('The unique key of the entity'),
    properties: { type: 'object', description: "The entity's properties", ...properties },
    createTime: moment('When the entity was created'),
    updateTime: moment('When the entity was last updated'),
  },
  required: ['key', 'properties', 'createTime', 'updateTime'],
});

const updateMask = {
  type: 'array',
  items: { type: 'string' },
  description: 'The fields that were changed',
};

const entityState = state({});
/** Beside `value`; what is not named may not be there. */
const entityChanges: Record<Operation, object> = {
  created: {},
  updated: { oldValue: entityState, updateMask },
  deleted: { oldValue: entityState },
};

const commentState = state({
  properties: {
    replies: { type: 'array', description: 'Reply comments' },
    content: text('The comment text content'),
    parentCommentRef: {
      type: ['string', 'null'],
      description: 'Reference to the parent comment if this is a reply',
    },
    softRemoved: { type: 'boolean', description: 'Whether the comment is soft deleted' },
    createdBy: text('Reference to the user who created the comment'),
    createdAt: moment('When the comment was created'),
  },
  required: ['replies', 'content', 'parentCommentRef', 'softRemoved', 'createdBy', 'createdAt'],
});
const none = { type: 'null' };
const oldComment = { ...commentState, type: ['object', 'null'] };
const commentChanges: Record<Operation, object> = {
  created: { oldValue: none, updateMask: none },
  updated: { oldValue: oldComment, updateMask: { ...updateMask, type: ['array', 'null'] } },
  deleted: { oldValue: oldComment, updateMask: none },
};

const closed = (properties: object, requiredNames: readonly string[]): object => ({
  type: 'object',
  properties,
  required: requiredNames,
  additionalProperties: false,
});

function byOperation(schemaOf: (operation: Operation) => object): Record<Operation, object> {
  const [created, updated, deleted] = operations;
  return {
    [created]: schemaOf(created),
    [updated]: schemaOf(updated),
    [deleted]: schemaOf(deleted),
  };
}

/** `oldValue` is never there on created, `updateMask` on updated alone. */
export const entitySchemas = byOperation((operation) =>
  closed(
    {
      ...envelope(operation),
      data: closed({ value: entityState, ...entityChanges[operation] }, ['value']),
    },
    required,
  ),
);

/** `oldValue` and `updateMask` are always sent, as null where they don't apply. */
export const commentSchemas = byOperation((operation) =>
  closed(
    {
      ...envelope(operation),
      entityPath: {
        ...text('The full path to the comment'),
        pattern: `^${packetsPath}/[^/\\s]+/comments/[^/\\s]+$`,
      },
      entityKey: { const: commentEntityKey, description: 'The type of the entity' },
      entityComments: { type: 'array', description: 'Related comments' },
      data: closed({ value: commentState, ...commentChanges[operation] }, ['value']),
    },
    [...required, 'entityComments'],
  ),
);
