import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificatesMissing, makeCertificate, type Certificate } from './certificates.js';
import { httpAnswer, listen, startReceiver } from './receiver.js';
import { post, resolver, testSender } from './senders.js';

const name = 'hook.example.com';
const lookup = resolver(['127.0.0.1']);
const ok = (certificate: Certificate, more: object = {}) =>
  startReceiver((socket) => socket.write(httpAnswer('200 OK')), { ...certificate, ...more });

describe.skipIf(certificatesMissing !== null)(`TLS (needs openssl)`, () => {
  let valid: Certificate;
  let expired: Certificate;
  beforeAll(() => {
    valid = makeCertificate(name, 2);
    expired = makeCertificate(name, -1);
  });
  afterEach(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  it('sends to a name whose certificate is trusted, over one connection', async () => {
    const receiver = await ok(valid);
    const sender = testSender({ lookup, ca: [valid.cert] });
    for (let i = 0; i < 3; i += 1) {
      const answer = await sender.send(post(`https://${name}:${receiver.port}/`));
      expect(answer).toMatchObject({ outcome: 'success', status: 200 });
      await sleep(2);
    }
    expect(receiver.received).toHaveLength(1);
  });

  it('sends to an address whose certificate names it', async () => {
    const receiver = await ok(valid);
    const answer = await testSender({ ca: [valid.cert] }).send(post(receiver.url));
    expect(answer.status).toBe(200);
  });

  it.each([
    ['self-signed', 'SELF_SIGNED'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['for another name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('a certificate that is %s fails, whatever the environment says', async (what, code) => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const receiver = await ok(what === 'expired' ? expired : valid);
    const trusted = { 'self-signed': [], expired: [expired.cert] }[what] ?? [valid.cert];
    const host = what === 'for another name' ? 'other.example.com' : name;
    const sender = testSender({ lookup, ca: trusted });
    const answer = await sender.send(post(`https://${host}:${receiver.port}/`));
    expect(answer).toMatchObject({ failure: 'tls failed', status: null });
    expect(answer.operatorDetail).toContain(code);
    expect(receiver.received.join('')).toBe('');
  });

  it('TLS 1.1 fails', async () => {
    const receiver = await ok(valid, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    });
    const answer = await testSender({ lookup, ca: [valid.cert] }).send(
      post(`https://${name}:${receiver.port}/`),
    );
    expect(answer).toMatchObject({ failure: 'tls failed' });
  });

  it('TLS 1.2 succeeds', async () => {
    const receiver = await ok(valid, { maxVersion: 'TLSv1.2' });
    const sender = testSender({ lookup, ca: [valid.cert] });
    expect((await sender.send(post(`https://${name}:${receiver.port}/`))).status).toBe(200);
  });

  it('a receiver that asks for a certificate of ours has failed in TLS', async () => {
    const receiver = await ok(valid, { requestCert: true, rejectUnauthorized: true });
    const sender = testSender({ lookup, ca: [valid.cert] });
    const answer = await sender.send(post(`https://${name}:${receiver.port}/`));
    expect(answer.outcome).toBe('failure');
    expect(['tls failed', 'connection lost']).toContain(answer.failure);
  });
});

describe('a handshake', () => {
  it('that never ends has timed out', async () => {
    const port = await listen(createServer((socket) => socket.resume()));
    const answer = await testSender().send(post(`https://127.0.0.1:${port}/`, 300));
    expect(answer).toMatchObject({
      failure: 'timed out',
      operatorDetail: 'no connection within 300 ms',
    });
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('that outlasts the bound for connections has timed out', async () => {
    const port = await listen(createServer((socket) => socket.resume()));
    const sender = testSender({ connectTimeoutMs: 300 });
    const answer = await sender.send(post(`https://127.0.0.1:${port}/`, 10_000));
    expect(answer.failure).toBe('timed out');
    expect(answer.operatorDetail).toContain('UND_ERR_CONNECT_TIMEOUT');
    expect(answer.durationMs).toBeLessThan(5_000);
  });

  it.each([
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['answered in plain HTTP', (socket: Socket) => socket.end(httpAnswer('400 Bad'))],
  ])('that is %s has failed in TLS', async (_what, act) => {
    const port = await listen(
      createServer((socket) => void socket.once('data', () => act(socket))),
    );
    const answer = await testSender().send(post(`https://127.0.0.1:${port}/`));
    expect(answer).toMatchObject({ failure: 'tls failed', status: null });
  });
});
