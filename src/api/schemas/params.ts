import { z } from 'zod';
import { eventTypePattern } from '../../domain/eventTypeName.js';
import { type IdKind, idPattern, idPrefixes } from '../../domain/ids.js';
import { tenantIdPattern } from '../../domain/tenantId.js';

export const tenantId = z
  .string()
  .regex(
    tenantIdPattern,
    'A tenant id has 1 to 128 of the characters A-Z a-z 0-9 . _ : @ -, and is not . or ..',
  )
  .describe("The product's own id of the tenant");

/** A shown id, `<prefix>_<UUIDv7>`. */
export function shownId(kind: IdKind): z.ZodString {
  return z
    .string()
    .regex(idPattern(kind), `An id of this kind is "${idPrefixes[kind]}_" and a UUID`);
}

export const importId = z
  .string()
  .regex(
    tenantIdPattern,
    'An import id has 1 to 128 of the characters A-Z a-z 0-9 . _ : @ -, and is not . or ..',
  )
  .describe("The product's own id of the import, or the one that it was given");

export const eventTypeName = z
  .string()
  .regex(
    eventTypePattern,
    'A name is words of letters, digits, "_" and "-" joined by dots, 128 characters at most',
  );

export const tenantParams = z.strictObject({ tenant: tenantId });
export const endpointParams = z.strictObject({ tenant: tenantId, endpointId: shownId('endpoint') });
export const eventParams = z.strictObject({ tenant: tenantId, eventId: shownId('event') });
export const deliveryParams = z.strictObject({ tenant: tenantId, deliveryId: shownId('delivery') });
export const recoveryParams = z.strictObject({ tenant: tenantId, recoveryId: shownId('recovery') });
export const importParams = z.strictObject({ tenant: tenantId, importId });
export const eventTypeParams = z.strictObject({ name: eventTypeName });
export const jwtKeyParams = z.strictObject({ tenant: tenantId, keyId: shownId('jwtKey') });
export const apiKeyParams = z.strictObject({ keyId: shownId('apiKey') });
export const batchParams = z.strictObject({
  tenant: tenantId,
  deliveryId: shownId('delivery'),
  number: z.coerce.number().int().min(1).max(2_147_483_647).describe('Of the batch, from 1'),
});
