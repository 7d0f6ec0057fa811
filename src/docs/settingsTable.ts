import { settings, type Setting } from '../config/settings.js';

/** The settings as a table of markdown, from their one definition. */
export function settingsTable(): string {
  const rows = Object.values<Setting>(settings).map(
    ({ variable, defaultText, description }) =>
      `| \`${variable}\` | ${defaultText} | ${description} |`,
  );
  return ['| variable | default | what it is |', '|---|---|---|', ...rows].join('\n');
}
