/** The signatures that an endpoint may ask for beside that of Standard Webhooks. */
export const signatureNames = ['github', 'stripe', 'shopify', 'slack'] as const;
export type SignatureName = (typeof signatureNames)[number];
