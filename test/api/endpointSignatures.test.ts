import { createPublicKey, verify } from 'node:crypto';
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import { HTTP } from 'cloudevents';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSecret } from '../../src/delivery/signing/generateSecret.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../setup/receiver.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startTestApi(), startReceiver()]);
});
afterAll(() => Promise.all([api.stop(), receiver.close()]));

const path = '/v1/tenants/acme/endpoints';
const minimal = { url: 'https://hooks.example.com/', eventTypes: ['never'] };
const pair =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const itsPublicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

async function create(fields: object = {}): Promise<string> {
  const { status, headers, text } = await api.call('POST', path, {
    body: { ...minimal, ...fields },
  });
  expect(status, text).toBe(201);
  return String(headers.get('location'));
}

/** Tests an endpoint that goes to the receiver, and returns the request that came there. */
async function received(fields: object): Promise<ReceivedRequest> {
  const at = await create({ ...fields, url: receiver.url });
  const { status, text } = await api.call('POST', `${at}/test`, {
    body: { eventType: 'job.end' },
  });
  expect(status, text).toBe(200);
  const request = receiver.requests.at(-1);
  if (request === undefined) throw new Error('Nothing came');
  return request;
}

const header = ({ headers }: ReceivedRequest, name: string) => String(headers[name]);

describe('the signatures of an endpoint', () => {
  it('are none beside the default, are kept once each, and null takes them away', async () => {
    expect((await api.call('GET', await create())).json['signatures']).toEqual([]);
    const at = await create({ signatures: ['slack', 'github', 'slack'] });
    expect((await api.call('GET', at)).json['signatures']).toEqual(['slack', 'github']);
    const changed = await api.call('PATCH', at, { body: { signatures: ['stripe'] } });
    expect(changed.json['signatures']).toEqual(['stripe']);
    const other = await api.call('PATCH', at, { body: { description: 'x' } });
    expect(other.json['signatures']).toEqual(['stripe']);
    const none = await api.call('PATCH', at, { body: { signatures: null } });
    expect(none.json['signatures']).toEqual([]);
  });

  it('are sent together, and verified by the libraries of those who made them up', async () => {
    const secret = 'a secret of theirs';
    const signatures = ['github', 'stripe', 'shopify', 'slack'];
    const request = await received({ secret, signatures });
    const body = request.body.toString('utf8');
    expect(await verifyGithub(secret, body, header(request, 'x-hub-signature-256'))).toBe(true);
    const { webhooks } = new Stripe('sk_test_none');
    const signature = header(request, 'stripe-signature');
    const { type } = webhooks.constructEvent(body, signature, secret) as { type: string };
    expect(type).toBe('job.end');
    expect(header(request, 'x-shopify-hmac-sha256')).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(header(request, 'x-slack-signature')).toMatch(/^v0=[0-9a-f]{64}$/);
    expect(header(request, 'x-slack-request-timestamp')).toBe(header(request, 'webhook-timestamp'));
    expect(header(request, 'webhook-signature')).toMatch(/^v1,/);
  });

  it.each([
    [{ signatures: ['gitlab'] }, '/signatures/0'],
    [{ signatures: [1] }, '/signatures/0'],
    [{ signatures: ['github'], secretKind: 'ed25519' }, '/signatures'],
    [{ signatures: ['github'], secret: pair }, '/signatures'],
    [{ secretKind: 'rsa' }, '/secretKind'],
    [{ secretKind: 'hmac', secret: 'x' }, '/secretKind'],
    [{ secret: itsPublicKey }, '/secret'],
    [{ secret: 'whsk_x' }, '/secret'],
  ])('are refused: %j', async (fields, pointer) => {
    const { json } = await api.call('POST', path, { body: { ...minimal, ...fields } });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });

  it("don't go with a key pair, whichever comes later", async () => {
    const withPair = await create({ secret: pair });
    const asked = await api.call('PATCH', withPair, { body: { signatures: ['github'] } });
    expect(asked.json).toMatchObject({ status: 422, errors: [{ pointer: '/signatures' }] });
    const signed = await create({ signatures: ['github'], secret: 'theirs' });
    for (const body of [{ secretKind: 'ed25519' }, { secret: pair }]) {
      const { json } = await api.call('POST', `${signed}/secret/rotate`, { body });
      expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
    }
    expect((await api.call('GET', `${signed}/secret`)).json['secret']).toBe('theirs');
    await api.call('POST', `${withPair}/secret/rotate`, { body: { secretKind: 'hmac' } });
    const { json } = await api.call('PATCH', withPair, { body: { signatures: ['github'] } });
    expect(json['signatures']).toEqual(['github']);
  });
});

describe('a key pair', () => {
  it('is shown by its public key alone', async () => {
    const { json, text } = await api.call('GET', `${await create({ secret: pair })}/secret`);
    expect(json).toMatchObject({
      secret: null,
      publicKey: itsPublicKey,
      secrets: [{ secret: null, publicKey: itsPublicKey, expiresAt: null }],
    });
    expect(text).not.toContain(pair.slice(5, 40));
    const plain = await api.call('GET', `${await create({ secret: 'theirs' })}/secret`);
    expect(plain.json).toMatchObject({ secret: 'theirs', publicKey: null });
  });

  it('is made where asked for, and rotated to another, both signing', async () => {
    const at = await create({ secretKind: 'ed25519' });
    const before = String((await api.call('GET', `${at}/secret`)).json['publicKey']);
    expect(before).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const { json } = await api.call('POST', `${at}/secret/rotate`, { body: {} });
    expect(json).toMatchObject({ secret: null, secrets: [{}, { publicKey: before }] });
    expect(json['publicKey']).toMatch(/^whpk_/);
    expect(json['publicKey']).not.toBe(before);
  });

  it('signs what its public key verifies', async () => {
    const request = await received({ secret: pair });
    const [version, signature = ''] = header(request, 'webhook-signature').split(',');
    expect(version).toBe('v1a');
    const x = Buffer.from(itsPublicKey.slice(5), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const [id, timestamp] = ['webhook-id', 'webhook-timestamp'].map((name) =>
      header(request, name),
    );
    const signed = Buffer.from(`${id}.${timestamp}.${request.body.toString('utf8')}`);
    expect(verify(null, signed, key, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

describe('the formats of an endpoint', () => {
  it.each(['cloudevents-binary', 'cloudevents-structured'])(
    '%s is read by the CloudEvents SDK',
    async (format) => {
      const request = await received({ format, headers: { 'Ce-Id': 'theirs' } });
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => /^ce-|^content-type$/.test(name)),
      );
      if (format === 'cloudevents-structured') delete headers['ce-id'];
      const read = HTTP.toEvent({ headers, body: request.body.toString('utf8') });
      expect(read).toMatchObject({
        id: header(request, 'webhook-id'),
        source: '/test',
        type: 'job.end',
        data: { message: 'This is a test.' },
      });
    },
  );

  it('form is sent as a form', async () => {
    const request = await received({ format: 'form' });
    expect(header(request, 'content-type')).toBe('application/x-www-form-urlencoded');
    expect(request.body.toString('utf8')).toBe('message=This+is+a+test.');
  });

  it('form refuses a sample that is no object', async () => {
    await api.call('PUT', '/v1/event-types/a.list', { body: { sample: [1] } });
    const at = await create({ format: 'form' });
    const { json } = await api.call('POST', `${at}/test`, { body: { eventType: 'a.list' } });
    expect(json).toMatchObject({ status: 422, code: 'data_unfit_for_format' });
  });

  it('form refuses an event whose data is no object, and only where it is wanted', async () => {
    const fields = { format: 'form', eventTypes: ['order.paid'], enabled: false };
    const at = await create({ ...fields, secret: generateSecret() });
    const send = (type: string, data: unknown) =>
      api.call('POST', '/v1/tenants/acme/events', { body: { type, data } });
    const refused = await send('order.paid', [1]);
    expect(refused.json).toMatchObject({
      status: 422,
      code: 'data_unfit_for_format',
      errors: [{ pointer: '/data' }],
    });
    expect(refused.json['detail']).toContain(at.split('/').at(-1));
    expect((await send('order.sent', [1])).status).toBe(202);
    const accepted = await send('order.paid', { n: 1, text: 'a b' });
    expect(accepted.status).toBe(202);
    const { rows } = await api.pool.query(`SELECT body FROM bodies WHERE format = 'form'`);
    expect(rows).toEqual([{ body: 'n=1&text=a+b' }]);
  });
});
