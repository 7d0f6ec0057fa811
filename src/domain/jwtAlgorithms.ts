/** How a tenant's own claims may be signed (RFC 7518, section 3.1): RSA, ECDSA on P-256, or a shared secret. */
export const jwtAlgorithms = ['RS256', 'ES256', 'HS256'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];
