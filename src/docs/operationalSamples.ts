import { catalogs } from '../catalogs/catalogs.js';
import { isReserved } from '../domain/eventTypeName.js';

/** The types of the service's own events with their samples, as sections of markdown. */
export function operationalSamples(): string {
  return catalogs
    .flatMap(({ types }) => types)
    .filter(({ name }) => isReserved(name))
    .map(({ name, description = '', sample }) =>
      [
        `### ${name}\n`,
        `${description}\n`,
        `\`\`\`json\n${JSON.stringify(sample, null, 2)}\n\`\`\``,
      ].join('\n'),
    )
    .join('\n\n');
}
