/** What an API key may do. No scope includes another; a key has as many as it needs. */
export const scopeDescriptions = {
  read: 'see everything except secrets',
  send: 'submit events, and imports with their rows; retry and cancel deliveries',
  endpoints:
    'create, change, test and delete endpoints; see and rotate their secrets; add and delete JWT keys',
  admin: 'manage tenants, event types and API keys; see the audit log',
} as const;

export type Scope = keyof typeof scopeDescriptions;
export const scopes = Object.keys(scopeDescriptions) as [Scope, ...Scope[]];
