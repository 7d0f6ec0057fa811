import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { guideComment, guidePayload, unlikeGuide } from './guidePayloads.js';
import { commentState, payload, state } from './payloads.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const format = 'flows-platform';
const operations = ['created', 'updated', 'deleted'];
const categories = [
  ...['packet', 'pipeline', 'user', 'entity', 'packet_comment', 'project'],
  ...['pipeline_label', 'packet_label'],
];
const comment = { entityKey: 'flows/comments', entityComments: [] };

/** What comes of an event at an endpoint of a tenant of its own. */
async function received(tenant: string, event: object | string): Promise<string> {
  const client = await service.clientOf(tenant);
  await client.createEndpoint(`${receiver.url}/${tenant}`, { format });
  await client.until(onlyDelivery(await client.send(event)), 'delivered');
  const [request] = receiver.requests.filter(({ url }) => url === `/${tenant}`);
  expect(request?.headers['content-type']).toBe('application/json');
  return String(request?.body.toString('utf8'));
}

describe('the types of the platform', () => {
  it('are a matrix of eight categories and three operations', async () => {
    const client = await service.clientOf('matrix');
    const { text } = await client.call('GET', '/v1/event-types?limit=250');
    const types = (JSON.parse(text) as { data: Record<string, unknown>[] }).data.filter(
      ({ catalog }) => catalog === 'flows-platform',
    );
    const matrix = categories.flatMap((group) => operations.map((action) => ({ group, action })));
    expect(types).toHaveLength(24);
    for (const { group, action } of matrix) {
      const name = `${group}.${action}`;
      expect(types).toContainEqual(
        expect.objectContaining({ name, group, action, title: expect.stringContaining(action) }),
      );
    }
  });

  it('are subscribed to by rows and by fields', async () => {
    const client = await service.clientOf('rows');
    const { id } = await client.createEndpoint(`${receiver.url}/rows`, {
      ...{ format, eventTypes: ['packet.*', 'user.deleted'] },
    });
    const wanted: string[] = [];
    for (const name of ['packet', 'user', 'project']) {
      for (const operation of operations) {
        const type = `${name}.${operation}`;
        const accepted = await client.send({ type, data: payload({}, { value: state('A') }) });
        if (accepted.deliveries.length > 0) wanted.push(type);
      }
    }
    const note = payload(comment, { value: commentState('A') });
    const { deliveries } = await client.send({ type: 'packet_comment.created', data: note });
    expect(deliveries).toEqual([]);
    expect(wanted).toEqual(['packet.created', 'packet.updated', 'packet.deleted', 'user.deleted']);
    expect((await client.endpoint(id)).view).toMatchObject({
      events: { packet: operations, user: ['deleted'], packet_comment: [], project: [] },
    });
  });
});

describe('a payload', () => {
  it('comes byte for byte as the product gave it, where it is whole', async () => {
    const text = `{
  "eventTimestamp": "2026-01-31T13:45:00.120+02:00", "operationType": "updated",
  "entityPath": "pipelinesPackets/1", "entityId": "1", "entityKey": "flows/packets",
  "collectionPath": "pipelinesPackets", "organizationId": "o",
  "data": {
    "value": { "key": "1", "properties": { "n": 12345678901234567890.10, "t": "Gr\\u00fc\\u00dfe" }, "createTime": "2026-01-30T00:00:00Z", "updateTime": "2026-01-31T00:00:00Z" },
    "oldValue": { "key": "1", "properties": {}, "createTime": "2026-01-30T00:00:00Z", "updateTime": "2026-01-30T00:00:00Z" },
    "updateMask": [ "n", "t" ]
  }
}`;
    expect(await received('whole', `{"type":"packet.updated","data":${text}}`)).toBe(text);
  });

  it('has each field of the guide, and no other', async () => {
    const changes = { value: state('B'), oldValue: state('A'), updateMask: ['properties.name'] };
    const entity = await received('guide', {
      ...{ type: 'project.updated', data: payload({}, changes) },
    });
    expect(unlikeGuide(JSON.parse(entity), guidePayload)).toEqual([]);
    for (const [index, [operation, data]] of [
      ['created', { value: commentState('A') }] as const,
      ['updated', { value: commentState('B', 'comments/0'), oldValue: commentState('A') }] as const,
      ['deleted', { value: commentState('B'), oldValue: commentState('B') }] as const,
    ].entries()) {
      const type = `packet_comment.${operation}`;
      const text = await received(`guide-${index}`, { type, data: payload(comment, data) });
      expect(unlikeGuide(JSON.parse(text), guideComment)).toEqual([]);
    }
    const without = JSON.parse(entity) as Record<string, unknown>;
    expect(unlikeGuide({ ...without, more: 1, entityId: 1 }, guidePayload)).toEqual([
      ...['/more: not in the guide', '/entityId: not string'],
    ]);
  });

  it('gets its time and its operation from the event', async () => {
    const data = payload({}, { value: state('A') });
    const timestamp = '2026-01-31T13:45:00+02:00';
    const text = await received('filled', { type: 'pipeline_label.created', timestamp, data });
    const given = JSON.stringify(data).slice(0, -1);
    expect(text).toBe(`${given},"eventTimestamp":"${timestamp}","operationType":"created"}`);
    expect(JSON.parse(text)).not.toHaveProperty('data.oldValue');
  });

  it('of a comment always has both keys, null where they do not apply', async () => {
    const created = payload(comment, { value: commentState('A', 'comments/0') });
    const text = await received('comments', { type: 'packet_comment.created', data: created });
    expect(JSON.parse(text)).toEqual({
      ...created,
      eventTimestamp: expect.stringMatching(/Z$/),
      operationType: 'created',
      data: { ...created.data, oldValue: null, updateMask: null },
    });
    expect(text.match(/organizationId/g)).toHaveLength(1);
    const given = { value: commentState('B'), oldValue: commentState('A'), updateMask: null };
    const deleted = payload({ ...comment, operationType: 'deleted' }, given);
    const kept = await received('comments-2', { type: 'packet_comment.deleted', data: deleted });
    expect(JSON.parse(kept)).toMatchObject({ data: given });
  });

  const value = state('A');
  const note = commentState('A');
  const noted = (changes: object): object => ({
    value: { ...note, properties: { ...note.properties, ...changes } },
  });
  it.each([
    ['packet.created', payload({ operationType: 'updated' }, { value }), '/data/operationType'],
    ['packet.created', payload({}, { value, oldValue: value }), '/data/data'],
    ['packet.created', payload({}, { value, oldValue: null }), '/data/data'],
    ['packet.created', payload({}, { value, updateMask: ['a'] }), '/data/data'],
    ['packet.deleted', payload({}, { value, updateMask: ['a'] }), '/data/data'],
    ['packet.updated', payload({}, { value, updateMask: [1] }), '/data/data/updateMask/0'],
    ['packet.updated', payload({}, { value, updateMask: null }), '/data/data/updateMask'],
    ['packet.updated', payload({}, { value, oldValue: {} }), '/data/data/oldValue'],
    ['packet.updated', payload({}, {}), '/data/data'],
    ['packet.updated', payload({ entityId: 1 }, { value }), '/data/entityId'],
    ['packet.updated', payload({ eventTimestamp: 'now' }, { value }), '/data/eventTimestamp'],
    ['user.created', payload({ organisationId: 'o' }, { value }), '/data'],
    ['user.created', { data: { value } }, '/data'],
    [
      'user.created',
      payload({}, { value: { ...value, createTime: 'x' } }),
      '/data/data/value/createTime',
    ],
    ['packet_comment.created', payload({ entityComments: [] }, { value: note }), '/data/entityKey'],
    ['packet_comment.created', payload({ entityKey: 'flows/comments' }, { value: note }), '/data'],
    [
      'packet_comment.created',
      payload({ ...comment, entityPath: 'packets/1/comments/2' }, { value: note }),
      '/data/entityPath',
    ],
    [
      'packet_comment.created',
      payload({ ...comment, entityPath: 'pipelinesPackets/1/comments/2\n' }, { value: note }),
      '/data/entityPath',
    ],
    [
      'user.created',
      payload({}, { value: { ...value, createTime: '2026-01-31\n13:45:00Z' } }),
      '/data/data/value/createTime',
    ],
    [
      'packet_comment.created',
      payload(comment, { value: note, oldValue: note }),
      '/data/data/oldValue',
    ],
    [
      'packet_comment.deleted',
      payload(comment, { value: note, updateMask: ['a'] }),
      '/data/data/updateMask',
    ],
    [
      'packet_comment.updated',
      payload(comment, noted({ parentCommentRef: 7 })),
      '/data/data/value/properties/parentCommentRef',
    ],
    [
      'packet_comment.updated',
      payload(comment, noted({ softRemoved: 'no' })),
      '/data/data/value/properties/softRemoved',
    ],
    [
      'packet_comment.updated',
      payload(comment, noted({ replies: null })),
      '/data/data/value/properties/replies',
    ],
  ])('of %s is refused as %j', async (type, data, pointer) => {
    const client = await service.clientOf('refused');
    const { status, text } = await client.call('POST', 'events', { body: { type, data } });
    expect(status, text).toBe(422);
    const { code, errors } = JSON.parse(text) as { code: string; errors: { pointer: string }[] };
    expect(code).toBe('data_breaks_schema');
    expect(errors.map((part) => part.pointer)).toContain(pointer);
    expect((await client.call('GET', 'events')).text).toContain('"data":[]');
  });

  it('says which operation the type stands for', async () => {
    const client = await service.clientOf('refused');
    const data = payload({ operationType: 'deleted' }, { value });
    const { text } = await client.call('POST', 'events', { body: { type: 'user.updated', data } });
    expect(text).toContain('must be equal to constant (\\"updated\\")');
  });

  it('is refused where a member stands twice', async () => {
    const client = await service.clientOf('refused');
    const twice = [
      JSON.stringify(payload({}, { value })).replace('{', '{"organizationId":"other",'),
      JSON.stringify(payload(comment, { value: note })).replace(
        '"data":{',
        '"data":{"updateMask":null,"updateMask":null,',
      ),
    ];
    for (const [index, type] of ['packet.created', 'packet_comment.created'].entries()) {
      const body = `{"type":"${type}","data":${twice[index]}}`;
      const { status, text } = await client.call('POST', 'events', { body });
      expect(status, text).toBe(422);
      expect(text).toMatch(/data_breaks_rule.*stands twice/);
    }
  });
});

describe('the form RAW response', () => {
  const raw = {
    softRemoved: false,
    status: 'enabled',
    integrationProvider: {
      path: 'integrationProviders/flowsApiWebhook',
      segments: ['integrationProviders', 'flowsApiWebhook'],
    },
  };

  it('is shown before saving and after, and has no secret', async () => {
    const client = await service.clientOf('form');
    const url = `${receiver.url}/form`;
    const body = { url, eventTypes: ['packet.*'], format, secret: '12345678' };
    const dry = await client.call('POST', 'endpoints?dryRun=true', { body });
    expect(dry.status, dry.text).toBe(200);
    const { endpoint, samples } = JSON.parse(dry.text) as {
      endpoint: { view: object };
      samples: { eventType: string; body: string }[];
    };
    expect(endpoint.view).toMatchObject({ ...raw, url, events: { packet: operations, user: [] } });
    expect(dry.text).not.toContain('12345678');
    expect(samples.map(({ eventType }) => eventType)).toEqual([
      ...['packet.created', 'packet.deleted', 'packet.updated'],
    ]);
    expect(JSON.parse(String(samples[0]?.body))).toMatchObject({ operationType: 'created' });

    const { id } = await client.createEndpoint(url, body);
    expect((await client.endpoint(id)).view).toEqual(endpoint.view);
    await client.call('POST', `endpoints/${id}/disable`);
    expect((await client.endpoint(id)).view).toMatchObject({ ...raw, status: 'disabled' });
    const general = await client.createEndpoint(url);
    expect(general.view).toBeNull();
  });
});
