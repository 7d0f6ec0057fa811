import { z } from 'zod';

/**
 * What the command line takes from the environment beside the service's own settings: which service it speaks to, and
 * as whom. Not settings of the service, which has neither.
 */
export const clientSettings = {
  url: {
    variable: 'EVERHOOK_URL',
    schema: z.url({ protocol: /^https?$/, error: 'must be like http://127.0.0.1:8080' }).optional(),
  },
  apiKey: {
    variable: 'EVERHOOK_API_KEY',
    schema: z
      .string()
      .trim()
      .regex(/^evh_[a-z]+_\w+$/, 'must be an API key, `evh_…`')
      .optional(),
  },
} as const;

export interface ClientSettings {
  url: string | undefined;
  apiKey: string | undefined;
}

/** Throws an error that names the variable, and never shows a key. */
export function readClientSettings(environment: NodeJS.ProcessEnv): ClientSettings {
  return { url: read('url', environment), apiKey: read('apiKey', environment) };
}

function read(name: keyof typeof clientSettings, environment: NodeJS.ProcessEnv) {
  const { variable, schema } = clientSettings[name];
  const result = schema.safeParse(environment[variable] || undefined);
  if (result.success) return result.data;
  throw new Error(`${variable}: ${z.prettifyError(result.error)}`);
}
