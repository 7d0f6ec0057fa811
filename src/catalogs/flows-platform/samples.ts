import { type Category, commentCategory, type Operation } from './categories.js';

const createTime = '2026-01-31T13:45:00.000Z';
const updateTime = '2026-02-01T08:30:00.000Z';

/** A payload as the product sends it; `eventTimestamp` and `operationType` are filled in. */
export function sampleOf(category: Category, operation: Operation): object {
  const { collectionPath, entityKey } = category;
  const isComment = category.name === commentCategory;
  const entityId = isComment ? 'comment-1' : `${category.name}-1`;
  const entityPath = `${collectionPath}/${entityId}`;
  const stateOf = (content: string) => ({
    key: entityPath,
    properties: isComment ? commentProperties(content) : { name: content },
    createTime,
    updateTime: operation === 'created' ? createTime : updateTime,
  });
  const oldValue = { ...stateOf('Before'), updateTime: createTime };
  const mask = [isComment ? 'properties.content' : 'properties.name'];
  const changes = {
    created: {},
    updated: { oldValue, updateMask: mask },
    deleted: { oldValue },
  };
  return {
    ...{ entityPath, entityId, entityKey, collectionPath, organizationId: 'organization-1' },
    ...(isComment ? { entityComments: [] } : {}),
    data: { value: stateOf('After'), ...changes[operation] },
  };
}

function commentProperties(content: string): object {
  return {
    replies: [],
    content,
    parentCommentRef: null,
    softRemoved: false,
    createdBy: 'users/user-1',
    createdAt: createTime,
  };
}
