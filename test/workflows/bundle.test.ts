import { builtinModules } from 'node:module';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { workflowsPath } from '../../src/temporal/workflowBundle.js';

/** It is read at every start of a worker, and its map is about half of it. */
const maxBundleBytes = 2_500_000;

let code = '';
let sources: string[] = [];
beforeAll(async () => {
  ({ code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }));
  const [, map = ''] = /sourceMappingURL=data:application\/json[^,]*,(.*)/.exec(code) ?? [];
  ({ sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] });
}, 60_000);

describe("the workflows' bundle", () => {
  it('holds the workflows, contract and domain, and of packages the SDK with its own alone', () => {
    const own = sources.filter((path) => path.startsWith(packageRoot) && !isPackage(path));
    const folders = new Set(own.map((path) => folderOf(path.slice(packageRoot.length + 1))));
    expect([...folders].toSorted()).toEqual(['src/contract', 'src/domain', 'workflows']);
    const packages = new Set(sources.filter(isPackage).map(packageOf));
    expect([...packages].toSorted()).toEqual([
      ...['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'],
    ]);
  });

  it("asks for none of Node's modules", () => {
    // Those that the SDK gives the sandbox are not bundled, either.
    const asked = builtinModules.filter((name) =>
      [`require("${name}")`, `require("node:${name}")`].some((call) => code.includes(call)),
    );
    expect(asked).toEqual([]);
  });

  it('stays small', () => {
    expect(code.length).toBeGreaterThan(100_000);
    expect(code.length).toBeLessThan(maxBundleBytes);
  });
});

function isPackage(path: string): boolean {
  return path.includes('/node_modules/');
}

function packageOf(path: string): string {
  const [scope = '', name = ''] = (path.split('/node_modules/').at(-1) ?? '').split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function folderOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' ? `${first}/${second}` : first;
}
