/** Why a delivery failed whose payload goes, in words for its owner. */
export function payloadRetentionReason(days: number): string {
  return `expired: what it carries is kept for ${days} days`;
}

/** Why nothing is sent of an event, or shown of its data, that is older than that. */
export const payloadGoneDetail =
  'What the event carried is not kept any more (EVERHOOK_PAYLOAD_RETENTION_DAYS).';
