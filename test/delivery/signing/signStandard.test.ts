import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { publicKey } from '../../../src/delivery/signing/ed25519Key.js';
import { generateSecret } from '../../../src/delivery/signing/generateSecret.js';
import { signStandard } from '../../../src/delivery/signing/signStandard.js';

const nowSeconds = () => Math.floor(Date.now() / 1000);

function headersOf(id: string, timestampSeconds: number, signature: string) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  };
}

describe('signStandard', () => {
  it.each([
    {
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1614265330,
      body: '{"test": 2432232314}',
      expected: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    {
      secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
      timestampSeconds: 1649367553,
      body: '{"email":"test@example.com","username":"test_user"}',
      expected: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    },
    {
      secret:
        'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1614265330,
      body: '{"test": 2432232314}',
      expected:
        'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    },
  ])('gives the published signature $expected', ({ secret, expected, ...rest }) => {
    expect(signStandard({ ...rest, secrets: [secret] })).toBe(expected);
  });

  it('is verified by the standardwebhooks package, under the new and the old secret', () => {
    const secrets = [generateSecret(), generateSecret()];
    const timestampSeconds = nowSeconds();
    const body = '{"type":"a.b","data":{"text":"Grüße 🎉"}}';
    const signature = signStandard({ id: 'evt_1', timestampSeconds, body, secrets });
    const [newest, older] = secrets.map((secret) =>
      signStandard({ id: 'evt_1', timestampSeconds, body, secrets: [secret] }),
    );
    expect(signature).toBe(`${newest} ${older}`);
    for (const secret of secrets) {
      const receiver = new Webhook(secret);
      expect(receiver.verify(body, headersOf('evt_1', timestampSeconds, signature))).toEqual({
        type: 'a.b',
        data: { text: 'Grüße 🎉' },
      });
    }
    const stranger = new Webhook(generateSecret());
    expect(() => stranger.verify(body, headersOf('evt_1', timestampSeconds, signature))).toThrow();
  });

  it('is verified for a plain-text secret by its bytes', () => {
    const timestampSeconds = nowSeconds();
    for (const secret of ['12345678', 'Schlüssel']) {
      const signature = signStandard({
        id: 'evt_1',
        timestampSeconds,
        body: '{}',
        secrets: [secret],
      });
      const receiver = new Webhook(new TextEncoder().encode(secret), { format: 'raw' });
      expect(receiver.verify('{}', headersOf('evt_1', timestampSeconds, signature))).toEqual({});
    }
  });

  it('is verified for a key pair by its public key, beside a secret by the package', () => {
    const [pair, secret] = [generateSecret('ed25519'), generateSecret()];
    const timestampSeconds = nowSeconds();
    const body = '{"text":"Grüße 🎉"}';
    const secrets = [pair, secret];
    const signature = signStandard({ id: 'evt_1', timestampSeconds, body, secrets });
    const [v1a = '', v1] = signature.split(' ');
    const receiver = new Webhook(secret);
    expect(receiver.verify(body, headersOf('evt_1', timestampSeconds, signature))).toEqual({
      text: 'Grüße 🎉',
    });
    expect(v1).toMatch(/^v1,/);
    const isGenuine = (text: string) => {
      const x = Buffer.from(publicKey(pair).slice(5), 'base64').toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      const signed = Buffer.from(`evt_1.${timestampSeconds}.${text}`);
      return verify(null, signed, key, Buffer.from(v1a.slice(4), 'base64'));
    };
    expect(v1a).toMatch(/^v1a,/);
    expect(isGenuine(body)).toBe(true);
    expect(isGenuine(`${body} `)).toBe(false);
  });

  it('shows the published public key of a key pair', () => {
    const pair =
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
    expect(publicKey(pair)).toBe('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=');
  });

  it('refuses what would be ambiguous or unsigned', () => {
    const valid = { id: 'evt_1', timestampSeconds: 1, body: '{}', secrets: ['x'] };
    expect(() => signStandard({ ...valid, id: 'evt.1' })).toThrow(/ambiguous/);
    expect(() => signStandard({ ...valid, timestampSeconds: 1.5 })).toThrow(/ambiguous/);
    expect(() => signStandard({ ...valid, secrets: [] })).toThrow(/at least one secret/);
  });
});
