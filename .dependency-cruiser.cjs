// Who may import whom. One way only: domain <- contract <- store <- { delivery, intake } <- { activities, api }
// <- service <- main; workflows on contract and domain alone. Checked with types' imports too, as those tie parts together just the same.

/** A rule: these folders import nothing but what is allowed, types of it included. */
function only(name, comment, from, allowed) {
  return { name, comment, severity: 'error', from: { path: from }, to: { pathNot: allowed } };
}

/** A rule: this package is for these folders alone. */
function keptTo(packages, folders) {
  return {
    name: `${packages.match(/\w+/g).join('-')}-kept-to-its-folders`,
    comment: `${packages} belongs to ${folders.join(', ')}.`,
    severity: 'error',
    from: { pathNot: folders.map((folder) => `^${folder}`) },
    to: { path: `^node_modules/(${packages})/` },
  };
}

const core =
  '^node:|^(assert|buffer|child_process|crypto|dns|events|fs|http|https|net|os|path|process|stream|timers|tls|url|util|worker_threads|zlib)(/|$)';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle has no first part: take what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'The file or package is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'packages-are-declared',
      comment:
        'What runs in production stands under dependencies in package.json. openapi-typescript is of src/docs alone, which runs in development alone.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/' },
      to: {
        pathNot: '^node_modules/openapi-typescript/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'docs-are-made-in-development',
      comment: 'What writes the documentation needs packages that production does not have.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/', pathNot: '^src/docs/' },
      to: { path: '^src/docs/' },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'Nothing that runs in production imports tests or benchmarks.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/' },
      to: { path: '^(test|bench)/' },
    },
    only(
      'domain-is-pure',
      'Decisions know nothing but the domain.',
      '^src/domain/',
      '^src/domain/',
    ),
    only(
      'contract-on-domain',
      'What API and workflows share rests on the domain alone.',
      '^src/contract/',
      ['^src/(contract|domain)/', '^node_modules/@temporalio/common/'],
    ),
    only(
      'schemas-on-domain',
      'What JSON Schema finds wrong is told in the words of the domain.',
      '^src/jsonSchema/',
      ['^src/(domain|jsonSchema)/', '^node_modules/ajv(-formats)?/'],
    ),
    only(
      'catalogs-on-domain',
      'Loading and using catalogs rests on the domain, and on schemas.',
      '^src/catalogs/[^/]+[.]ts$',
      ['^src/catalogs/[^/]+[.]ts$', '^src/(domain|jsonSchema)/', core],
    ),
    only(
      'a-catalog-is-its-folder',
      'A catalog decides with the domain alone, and knows no other: so that it can be added by its folder.',
      '^src/catalogs/([^/]+)/',
      ['^src/domain/', '^src/catalogs/[^/]+[.]ts$', '^src/catalogs/$1/'],
    ),
    {
      name: 'a-catalog-comes-before-all',
      comment:
        'Loading all catalogs waits for each: one that needs all of them would wait for itself.',
      severity: 'error',
      from: { path: '^src/catalogs/[^/]+/' },
      to: { reachable: true, path: '^src/catalogs/catalogs[.]ts$' },
    },
    {
      name: 'nobody-imports-a-catalog',
      comment: 'Catalogs are found by their folders; what is of one alone stays in its folder.',
      severity: 'error',
      from: { pathNot: '^src/catalogs/[^/]+/' },
      to: { path: '^src/catalogs/[^/]+/' },
    },
    {
      name: 'workflows-are-deterministic',
      comment:
        'Workflow code runs in a sandbox without Node: it reaches contract, domain and its SDK alone, by whatever way.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        reachable: true,
        path: ['^src/', '^activities/', core, '^node_modules/'],
        pathNot: ['^src/(contract|domain)/', '^node_modules/@temporalio/(workflow|common)/'],
      },
    },
    only(
      'activities-over-delivery-and-store',
      'Activities are thin: what they do is in delivery and store.',
      '^activities/',
      [
        '^activities/',
        '^src/(contract|delivery|domain|store)/',
        '^node_modules/@temporalio/activity/',
        '^(node:)?crypto$',
      ],
    ),
    {
      name: 'api-without-workflows',
      comment:
        'The API says what it wants in Postgres; it reaches neither workflows nor activities.',
      severity: 'error',
      from: { path: '^src/(api|intake)/' },
      to: { reachable: true, path: '^(activities|workflows)/' },
    },
    {
      name: 'store-below-its-users',
      comment: 'The store knows nothing of who reads and writes.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/(delivery|intake)/' },
    },
    {
      name: 'parts-below-the-api',
      comment: 'These parts know nothing of who uses them.',
      severity: 'error',
      from: { path: '^src/(catalogs|delivery|intake|store|telemetry)/' },
      to: { path: '^src/(api|cli|embedded|service|temporal|main)' },
    },
    {
      name: 'api-below-the-service',
      comment: 'The API is given what it needs.',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/(cli|embedded|service|temporal|main)' },
    },
    {
      name: 'wired-in-one-place',
      comment: 'Only the service puts the parts together.',
      severity: 'error',
      from: { pathNot: '^(src/(cli|service|main)|activities/|workflows/)' },
      to: { path: '^(src/service/|src/main|activities/|workflows/)' },
    },
    keptTo('@temporalio/workflow', ['workflows/']),
    keptTo('@temporalio/activity', ['activities/']),
    keptTo('@temporalio/(client|worker)', ['src/(embedded|service|telemetry|temporal)/']),
    keptTo('(@fastify|fastify)', ['src/api/']),
    keptTo('openapi-typescript', ['src/docs/']),
    keptTo('@opentelemetry', ['src/telemetry/tracing/']),
    keptTo('prom-client', ['src/telemetry/']),
    keptTo('undici', ['src/delivery/']),
    keptTo('pg', ['src/(embedded|store)/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
