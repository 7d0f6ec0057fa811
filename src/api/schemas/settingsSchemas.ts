import { z } from 'zod';
import {
  type Setting,
  type SettingName,
  settings,
  type SettingValues,
} from '../../config/settings.js';

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);

export const settingsShown = z
  .object({
    settings: z.array(
      z.object({
        variable: z.string().describe('The environment variable'),
        value: value.describe('In effect now; null: unset; of a secret only `configured`'),
        description: z.string(),
      }),
    ),
  })
  .meta({ id: 'Settings' });

/** The settings in effect, as an operator may see them. */
export function showSettings(values: SettingValues): z.output<typeof settingsShown> {
  const names = Object.keys(settings) as SettingName[];
  return {
    settings: names.map((name) => {
      const { variable, description, secret }: Setting = settings[name];
      const known = values[name] ?? null;
      return { variable, value: secret && known !== null ? 'configured' : known, description };
    }),
  };
}
