/** What the platform has events of; a row of the matrix that a subscription is. */
export interface Category {
  name: string;
  /** One of them, in words. */
  noun: string;
  entityKey: string;
  collectionPath: string;
}

/** A comment's payload has fields of its own. */
export const commentCategory = 'packet_comment';
export const commentEntityKey = 'flows/comments';

/** The path of packets; each has its comments below it. */
export const packetsPath = 'pipelinesPackets';

export const categories: readonly Category[] = [
  { name: 'packet', noun: 'Packet', entityKey: 'flows/packets', collectionPath: packetsPath },
  { name: 'pipeline', noun: 'Pipeline', entityKey: 'flows/pipelines', collectionPath: 'pipelines' },
  { name: 'user', noun: 'User', entityKey: 'flows/users', collectionPath: 'users' },
  { name: 'entity', noun: 'Entity', entityKey: 'flows/entities', collectionPath: 'entities' },
  {
    name: commentCategory,
    noun: 'Packet comment',
    entityKey: commentEntityKey,
    collectionPath: `${packetsPath}/packet-1/comments`,
  },
  { name: 'project', noun: 'Project', entityKey: 'flows/projects', collectionPath: 'projects' },
  {
    name: 'pipeline_label',
    noun: 'Pipeline label',
    entityKey: 'flows/pipelineLabels',
    collectionPath: 'pipelineLabels',
  },
  {
    name: 'packet_label',
    noun: 'Packet label',
    entityKey: 'flows/packetLabels',
    collectionPath: 'packetLabels',
  },
];

export const operations = ['created', 'updated', 'deleted'] as const;
export type Operation = (typeof operations)[number];
