/** The payload that the platform's guide shows, its placeholders as they stand there; `properties` are the entity's own. */
const state = {
  key: 'string',
  properties: {},
  createTime: 'ISO8601 Timestamp',
  updateTime: 'ISO8601 Timestamp',
};
export const guidePayload = {
  eventTimestamp: 'ISO8601 Timestamp',
  operationType: 'created | updated | deleted',
  entityPath: 'string',
  entityId: 'string',
  entityKey: 'string',
  collectionPath: 'string',
  organizationId: 'string',
  data: { value: state, oldValue: state, updateMask: [] },
};

/** That of packet comments; `organizationId`, which stands there twice, once. */
export const guideComment = {
  eventTimestamp: '(string) The timestamp when the event was triggered',
  entityId: '(string) The unique identifier of the comment',
  entityKey: "(string) The type of entity, in this case 'flows/comments'",
  entityPath: '(string) The full path to the comment in the data hierarchy',
  collectionPath: '(string) The path to the comments collection',
  organizationId: '(string) The ID of the organization',
  operationType: "(string) The type of operation - 'created', 'updated', or 'deleted'",
  entityComments: '(array) Array of related comments',
  data: {
    value: {
      key: '(string) The unique key/path of the comment',
      properties: {
        replies: '(array) Array of reply comments',
        content: '(string) The comment text content',
        parentCommentRef: '(string|null) Reference to parent comment if this is a reply',
        softRemoved: '(boolean) Whether comment is soft deleted',
        createdBy: '(string) Reference to the user who created the comment',
        createdAt: '(string) ISO timestamp of comment creation',
      },
      createTime: '(string) ISO timestamp when record was created',
      updateTime: '(string) ISO timestamp when record was last updated',
    },
    oldValue: '(object|null) Previous state for updates/deletes',
    updateMask: '(array|null) Fields changed in update',
  },
};

/** Where a value isn't what the guide's placeholder says, as `place: why`; empty where it is, field by field. */
export function unlikeGuide(value: unknown, guide: unknown, place = ''): string[] {
  if (typeof guide === 'string') return fits(value, guide) ? [] : [`${place}: not ${guide}`];
  if (typeof guide !== 'object' || guide === null) throw new Error(`No placeholder at ${place}`);
  if (Array.isArray(guide)) return Array.isArray(value) ? [] : [`${place}: no list`];
  if (typeof value !== 'object' || value === null) return [`${place}: no object`];
  const fields = value as Record<string, unknown>;
  const wanted = Object.entries(guide);
  if (wanted.length === 0) return [];
  const unknown = Object.keys(fields).filter((name) => !Object.hasOwn(guide, name));
  return [
    ...unknown.map((name) => `${place}/${name}: not in the guide`),
    ...wanted.flatMap(([name, inner]) =>
      Object.hasOwn(fields, name)
        ? unlikeGuide(fields[name], inner, `${place}/${name}`)
        : [`${place}/${name}: missing`],
    ),
  ];
}

function fits(value: unknown, placeholder: string): boolean {
  const [, types] = /^\(([a-z|]+)\)/.exec(placeholder) ?? [];
  if (types !== undefined) return types.split('|').includes(typeName(value));
  if (placeholder === 'ISO8601 Timestamp') {
    return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
  if (placeholder === 'string') return typeof value === 'string';
  return placeholder.split(' | ').includes(String(value));
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
