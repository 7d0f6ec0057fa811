/** Why a delivery failed that was queued for too long, in words for its owner. */
export function queueRetentionReason(hours: number): string {
  return `waited for its endpoint for longer than ${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}
