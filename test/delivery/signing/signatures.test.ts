import { createHmac } from 'node:crypto';
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeRequest } from '../../../src/delivery/composeRequest.js';
import { generateSecret } from '../../../src/delivery/signing/generateSecret.js';
import { secretKey } from '../../../src/delivery/signing/secretKey.js';
import { signatureHeaders } from '../../../src/delivery/signing/signatures.js';
import { type SignatureName, signatureNames } from '../../../src/domain/signing/signatureNames.js';

const plain = "It's a Secret to Everybody";
const body = '{"id":"evt_1","object":"event","text":"Grüße 🎉"}';
const timestampSeconds = Math.floor(Date.now() / 1_000);
const stripe = new Stripe('sk_test_none');

function sign(
  names: readonly SignatureName[],
  secrets: string[],
  changes = {},
): Record<string, string> {
  return signatureHeaders({ id: 'evt_1', timestampSeconds, body, secrets, ...changes }, names);
}

const hmacHex = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('hex');

describe('github', () => {
  it('gives the signature of its documentation', () => {
    const headers = sign(['github'], [plain], { body: 'Hello, World!' });
    expect(headers['x-hub-signature-256']).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  it('is verified by its own library', async () => {
    const { 'x-hub-signature-256': signature = '' } = sign(['github'], [plain, 'the older one']);
    expect(await verifyGithub(plain, body, signature)).toBe(true);
    expect(await verifyGithub(plain, `${body} `, signature)).toBe(false);
    expect(await verifyGithub('the older one', body, signature)).toBe(false);
  });
});

describe('stripe', () => {
  it.each([
    ['plain text', plain],
    ['whsec_', generateSecret()],
  ])('is verified by its own library, keyed by %s', (_, secret) => {
    const { 'stripe-signature': signature = '' } = sign(['stripe'], [secret]);
    expect(stripe.webhooks.constructEvent(body, signature, secret)).toMatchObject({ id: 'evt_1' });
    expect(() => stripe.webhooks.constructEvent(`${body} `, signature, secret)).toThrow();
  });

  it('is verified under each live secret, and under no other', () => {
    const secrets = [generateSecret(), plain, generateSecret()];
    const { 'stripe-signature': signature = '' } = sign(['stripe'], secrets);
    for (const secret of secrets) {
      expect(stripe.webhooks.constructEvent(body, signature, secret)).toBeDefined();
    }
    expect(() => stripe.webhooks.constructEvent(body, signature, generateSecret())).toThrow();
  });
});

describe('shopify', () => {
  beforeAll(async () => {
    await import('@shopify/shopify-api/adapters/node');
  });

  const isGenuine = async (rawBody: string, headers: Record<string, string>, secret: string) => {
    const shopify = shopifyApi({
      apiKey: 'none',
      apiSecretKey: secret,
      apiVersion: ApiVersion.July26,
      hostName: 'hooks.example.com',
      isEmbeddedApp: false,
      logger: { log: () => undefined },
    });
    const rawRequest = {
      method: 'POST',
      url: '/',
      headers: {
        ...headers,
        'x-shopify-topic': 'orders/create',
        'x-shopify-shop-domain': 'a.myshopify.com',
        'x-shopify-api-version': '2026-07',
        'x-shopify-webhook-id': 'w_1',
      },
    };
    const { valid } = await shopify.webhooks.validate({ rawBody, rawRequest });
    return valid;
  };

  it('is verified by its own library', async () => {
    const headers = sign(['shopify'], [plain, 'the older one']);
    expect(await isGenuine(body, headers, plain)).toBe(true);
    expect(await isGenuine(`${body} `, headers, plain)).toBe(false);
    expect(await isGenuine(body, headers, 'the older one')).toBe(false);
  });
});

describe('slack', () => {
  it('gives the signature of its documentation', () => {
    const headers = sign(['slack'], ['8f742231b10e8888abcd99yyyzzz85a5'], {
      timestampSeconds: 1_531_420_618,
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    });
    expect(headers['x-slack-signature']).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
    expect(headers['x-slack-request-timestamp']).toBe('1531420618');
  });
});

describe('signatures', () => {
  it('are that of Standard Webhooks alone unless others are asked for', () => {
    expect(Object.keys(sign([], [plain]))).toEqual(['webhook-signature']);
  });

  it('are all made at once, each as it is alone', () => {
    const secrets = [generateSecret(), plain];
    const all = sign(signatureNames, secrets);
    const separate = signatureNames.map((name) => sign([name], secrets));
    expect(all).toEqual(Object.assign({}, ...separate));
    expect(Object.keys(all).length).toBe(signatureNames.length + 2);
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': `${timestampSeconds}`, ...all };
    expect(new Webhook(secrets[0] ?? '').verify(body, headers)).toBeDefined();
  });

  it('key a whsec_ secret by its decoded bytes, but for Stripe, whose library takes the text', () => {
    const secret = generateSecret();
    const key = secretKey(secret);
    const headers = sign(signatureNames, [secret]);
    expect(headers['x-hub-signature-256']).toBe(`sha256=${hmacHex(key, body)}`);
    expect(headers['x-slack-signature']).toBe(
      `v0=${hmacHex(key, `v0:${timestampSeconds}:${body}`)}`,
    );
    expect(headers['x-shopify-hmac-sha256']).toBe(
      Buffer.from(hmacHex(key, body), 'hex').toString('base64'),
    );
    const text = Buffer.from(secret, 'utf8');
    expect(headers['stripe-signature']).toBe(
      `t=${timestampSeconds},v1=${hmacHex(text, `${timestampSeconds}.${body}`)}`,
    );
  });

  it('leave out key pairs, of which receivers have no secret', () => {
    const pair = generateSecret('ed25519');
    expect(Object.keys(sign(signatureNames, [pair]))).toEqual(['webhook-signature']);
    const mixed = sign(signatureNames, [plain, pair]);
    const { 'webhook-signature': both, ...others } = mixed;
    const { 'webhook-signature': one, ...expected } = sign(signatureNames, [plain]);
    expect(others).toEqual(expected);
    expect(both?.startsWith(`${one} v1a,`)).toBe(true);
  });

  it('are none without a secret', () => {
    expect(sign(signatureNames, [])).toEqual({});
  });
});

describe('composeRequest', () => {
  const parts = {
    webhookId: 'evt_1',
    url: 'https://hooks.example.com/',
    body,
    contentType: 'application/json',
    formatHeaders: { 'ce-id': 'evt_1' },
    customHeaders: {
      'CE-Id': 'theirs',
      'X-Hub-Signature-256': 'theirs',
      'Webhook-Id': 'theirs',
      'X-Team': 'a',
    },
    secrets: [plain],
    signatures: ['github'] as const,
    nowMs: timestampSeconds * 1_000 + 999,
  };

  it('lets the headers of format and signatures win, however the others are written', () => {
    const { headers } = composeRequest(parts);
    expect(headers).toEqual({
      'X-Team': 'a',
      'ce-id': 'evt_1',
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestampSeconds),
      ...sign(['github'], [plain]),
    });
  });

  it('leaves a header of theirs alone where nothing of ours has its name', () => {
    const { headers } = composeRequest({ ...parts, signatures: [] });
    expect(headers['X-Hub-Signature-256']).toBe('theirs');
  });
});
