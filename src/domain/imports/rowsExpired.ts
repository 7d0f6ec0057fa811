/** Why a delivery failed whose rows are gone, in words for its owner. */
export const rowsExpiredReason = 'the rows of its import have expired';
