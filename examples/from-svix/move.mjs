// Copies the applications of a Svix server, with their endpoints and secrets, to Everhook. Nothing is changed in Svix.
// It can be run again: what was copied before is left as it is. Needs Node 20 or newer, and nothing else.
const settings = {
  svixUrl: given('SVIX_URL'),
  svixToken: given('SVIX_TOKEN'),
  everhookUrl: given('EVERHOOK_URL'),
  everhookKey: given('EVERHOOK_API_KEY'),
};

const pageSize = 250;
/** What tells that an endpoint was copied already. */
const svixIdName = 'svixId';

try {
  for (const app of await svixList('/api/v1/app')) await copyApplication(app);
} catch (error) {
  fail(`${error.message}\nMend it and run this again; what was copied is left as it is.`);
}

async function copyApplication(app) {
  const tenant = app.uid ?? app.id;
  const path = `/v1/tenants/${encodeURIComponent(tenant)}`;
  if (!(await isThere(path))) {
    await everhook('PUT', path, { name: app.name || null, metadata: app.metadata ?? {} });
  }
  const copied = new Set((await endpointsOf(path)).map(({ metadata }) => metadata[svixIdName]));
  const svixPath = `/api/v1/app/${encodeURIComponent(app.id)}/endpoint`;
  for (const endpoint of await svixList(svixPath)) {
    const name = `${tenant} ${endpoint.id} ${endpoint.url}`;
    if (copied.has(endpoint.id)) console.log(`there      ${name}`);
    else if (endpoint.disabled) console.log(`left out   ${name}: it is disabled`);
    else await copyEndpoint(name, path, `${svixPath}/${encodeURIComponent(endpoint.id)}`, endpoint);
  }
}

async function copyEndpoint(name, tenantPath, svixPath, endpoint) {
  const { key } = await svix(`${svixPath}/secret`);
  const { headers, sensitive } = await svix(`${svixPath}/headers`);
  // A public key signs nothing: then a key pair is made, and the receiver has to be given the new public key.
  const hasSecret = key.startsWith('whsec_') || key.startsWith('whsk_');
  const rate = endpoint.throttleRate ?? endpoint.rateLimit;
  const { id } = await everhook('POST', `${tenantPath}/endpoints`, {
    url: endpoint.url,
    eventTypes: endpoint.filterTypes ?? ['*'],
    // Events say `"attributes": { "channel": [...] }` where messages had channels.
    ...(endpoint.channels ? { filters: { channel: endpoint.channels } } : {}),
    // Svix sends the payload as it is, not in an envelope.
    format: 'raw',
    ...(hasSecret ? { secret: key } : { secretKind: 'ed25519' }),
    headers,
    ...(rate ? { rateLimitPerSecond: rate } : {}),
    description: endpoint.description,
    metadata: {
      ...endpoint.metadata,
      ...(endpoint.uid ? { svixUid: endpoint.uid } : {}),
      [svixIdName]: endpoint.id,
    },
  });
  console.log(`copied     ${name} → ${id}`);
  if (!hasSecret) console.log('  look: a new key pair was made; the receiver needs its public key');
  if (sensitive.length > 0) console.log(`  look: set again by hand: ${sensitive.join(', ')}`);
}

async function endpointsOf(tenantPath) {
  const all = [];
  for (let cursor = ''; cursor !== null;) {
    const query = `limit=${pageSize}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await everhook('GET', `${tenantPath}/endpoints?${query}`);
    all.push(...page.data);
    cursor = page.nextCursor;
  }
  return all;
}

async function isThere(path) {
  const { status } = await request('GET', settings.everhookUrl + path, settings.everhookKey);
  return status !== 404;
}

async function svixList(path) {
  const all = [];
  for (let iterator = ''; ;) {
    const query = `limit=${pageSize}${iterator && `&iterator=${encodeURIComponent(iterator)}`}`;
    const page = await svix(`${path}?${query}`);
    all.push(...page.data);
    if (page.done || !page.iterator) return all;
    iterator = page.iterator;
  }
}

async function svix(path) {
  return await call('GET', settings.svixUrl + path, settings.svixToken);
}

async function everhook(method, path, body) {
  return await call(method, settings.everhookUrl + path, settings.everhookKey, body);
}

async function call(method, url, key, body) {
  const answer = await request(method, url, key, body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function request(method, url, key, body) {
  const answer = fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  return await answer.catch((error) => {
    throw new Error(`${method} ${url}: no answer (${error.cause?.message || error.message})`);
  });
}

function given(name) {
  const value = process.env[name];
  if (!value)
    fail(`${name} is not set: SVIX_URL, SVIX_TOKEN, EVERHOOK_URL and EVERHOOK_API_KEY are needed.`);
  return value.replace(/\/+$/, '');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
