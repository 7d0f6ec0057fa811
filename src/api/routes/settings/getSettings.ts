import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noParams, noQuery } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { settingsShown, showSettings } from '../../schemas/settingsSchemas.js';

export function getSettings(app: Api, { settings }: ApiDeps): void {
  app.get(
    '/v1/settings',
    {
      config: { scope: 'admin', wholeEnvironment: true },
      schema: {
        tags: ['settings'],
        operationId: 'getSettings',
        summary: 'See the settings that this process runs with; secrets only as "configured"',
        params: noParams,
        querystring: noQuery,
        response: { 200: settingsShown, ...problemResponses() },
      },
    },
    async () => showSettings(settings),
  );
}
