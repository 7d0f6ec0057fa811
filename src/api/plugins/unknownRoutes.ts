import { Problem } from '../../domain/problem.js';
import type { Api } from '../api.js';
import { sendProblem } from './problems.js';

interface KnownRoute {
  path: RegExp;
  methods: readonly string[];
}

/**
 * What no route matches is 404, or 405 with `Allow` where the path has other methods. Must be called before routes are
 * registered: the router itself doesn't tell the two apart, so their paths are collected here.
 */
export function unknownRoutes(app: Api): void {
  const known: KnownRoute[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) known.push({ path: pathPattern(url), methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const methods = known
      .filter((route) => route.path.test(path))
      .flatMap((route) => route.methods);
    if (methods.length === 0) {
      return sendProblem(
        reply,
        request,
        new Problem('not_found', `There is no ${path.slice(0, 200)} here.`),
      );
    }
    const allow = [...new Set(methods)].toSorted().join(', ');
    void reply.header('allow', allow);
    const detail = `${request.method} is not for this path; it takes ${allow}.`;
    return sendProblem(reply, request, new Problem('method_not_allowed', detail));
  });
}

/** `/v1/tenants/:tenant` as a pattern of paths. */
function pathPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source}$`);
}
