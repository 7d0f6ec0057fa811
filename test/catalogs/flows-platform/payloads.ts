const createTime = '2026-01-30T08:00:00Z';
const updateTime = '2026-01-31T08:00:00Z';
const path = 'pipelinesPackets/packet-1/comments/id-1';

/** An entity's state at a moment, whose name is `name`. */
export function state(name: string) {
  return { key: 'packets/id-1', properties: { name }, createTime, updateTime };
}

/** A comment's. */
export function commentState(content: string, parentCommentRef: string | null = null) {
  const known = { replies: [], content, parentCommentRef, softRemoved: false };
  const properties = { ...known, createdBy: 'users/1', createdAt: createTime };
  return { key: path, properties, createTime, updateTime };
}

/** A payload as the product sends it, without what follows from the event. */
export function payload(fields: object, data: object) {
  return {
    entityPath: path,
    entityId: 'id-1',
    entityKey: 'flows/packets',
    collectionPath: 'pipelinesPackets/packet-1/comments',
    organizationId: 'organization-1',
    ...fields,
    data,
  };
}
