import { alerts } from './alerts.js';

/** A section of markdown for each alert. */
export function alertSections(): string {
  return alerts
    .map(({ name, severity, expression, holdsFor, summary, means, toDo }) =>
      [
        `### ${name}`,
        `${summary} (${severity}).`,
        `\`\`\`promql\n${expression}\n\`\`\``,
        `${holdsFor === '0m' ? 'At once' : `For ${holdsFor}`}. ${means}`,
        `**What to do.** ${toDo}`,
      ].join('\n\n'),
    )
    .join('\n\n');
}
