/** When an endpoint gets its next secret by itself. */
export interface SecretRotation {
  /** After the next one again and again; null: it is the only one. */
  everyDays: number | null;
  /** For how long the old secrets sign beside the new one. */
  overlapSeconds: number;
  nextAt: Date;
}

/** How long before a rotation its product is told of it; nobody is told of what was set up later than that. */
export const rotationNoticeDays: readonly number[] = [7, 1];
export const maxRotationDays = 3_650;
