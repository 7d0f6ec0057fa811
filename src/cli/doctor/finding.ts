/** What one check found, and what to do about it. */
export interface Finding {
  /** What was looked at: `Postgres`, `clock`. */
  subject: string;
  /** `problem`: Everhook can't work so; `warning`: it can, but not well; `skipped`: could not be looked at. */
  state: 'ok' | 'warning' | 'problem' | 'skipped';
  detail: string;
  /** What to do; null where there is nothing. */
  remedy: string | null;
}

export const ok = (subject: string, detail: string): Finding =>
  finding(subject, 'ok', detail, null);

export const warning = (subject: string, detail: string, remedy: string): Finding =>
  finding(subject, 'warning', detail, remedy);

export const problem = (subject: string, detail: string, remedy: string): Finding =>
  finding(subject, 'problem', detail, remedy);

export const skipped = (subject: string, detail: string): Finding =>
  finding(subject, 'skipped', detail, null);

function finding(
  subject: string,
  state: Finding['state'],
  detail: string,
  remedy: string | null,
): Finding {
  return { subject, state, detail, remedy };
}
