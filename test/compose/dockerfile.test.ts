import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { builtDist } from '../setup/builtDist.js';
import { ownServices, readComposeFile } from './composeFile.js';

const read = (name: string): string => readFileSync(join(packageRoot, name), 'utf8');
const lines = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const rest = (instruction: string): string[] =>
  lines
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1).trim());

/** What the build is given: `.dockerignore` leaves out everything but these. */
const context = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));
const copies = rest('COPY').map((line) => line.split(/ +/));
const fromContext = copies.filter(([first]) => !first?.startsWith('--from'));
const inImage = copies.slice(copies.findIndex(([first]) => first?.startsWith('--from')));
const command = (text: string | undefined): string[] => JSON.parse(text ?? '[]') as string[];

/** A path of the image, where this repository has it. */
async function placeOf(path: string): Promise<string> {
  const dist = await builtDist();
  return path.startsWith('dist/')
    ? join(dist, path.slice('dist/'.length))
    : join(packageRoot, path);
}

/** Whether a path is in the image: something that is copied into it is that path or above it. */
const isCopied = (path: string): boolean =>
  inImage.some((words) => {
    const target = (words.at(-1) ?? '').replace(/^\.\//, '');
    const names = target === '' ? words.slice(0, -1) : [target];
    return names.some((name) => path === name || path.startsWith(`${name}/`));
  });

describe('the Dockerfile', () => {
  it('starts from one pinned version of Node that package.json allows', () => {
    const images = rest('FROM').map((line) => line.split(' ')[0]);
    expect(new Set(images).size).toBe(1);
    const version = /^node:(\d+)\.(\d+)\.\d+-bookworm-slim$/.exec(images[0] ?? '');
    expect(Number(version?.[1])).toBeGreaterThanOrEqual(22);
    expect(read('docs/deploying.md')).toContain(`${images[0]} node scripts/makeEnv.mjs`);
  });

  it('copies what there is, and what .dockerignore lets through', () => {
    expect(read('.dockerignore').split('\n')).toContain('*');
    for (const words of fromContext) {
      for (const source of words.slice(0, -1)) {
        const name = source.replace(/^\.\//, '');
        expect(existsSync(join(packageRoot, name)), name).toBe(true);
        expect(
          context.some((one) => name === one || name.startsWith(`${one}/`)),
          name,
        ).toBe(true);
      }
    }
    for (const name of context) expect(existsSync(join(packageRoot, name)), name).toBe(true);
  });

  it('runs files that the image has, without a shell and not as root', async () => {
    const [main] = rest('CMD');
    const [healthcheck] = rest('HEALTHCHECK');
    const check = command(/CMD (\[.*\])$/.exec(healthcheck ?? '')?.[1]);
    const files = [...command(main), ...check].filter((word) => word.endsWith('.js'));
    expect(files).toHaveLength(2);
    const { services } = readComposeFile();
    for (const { healthcheck: inCompose } of Object.values(ownServices(services))) {
      files.push(...(inCompose?.test ?? []).filter((word) => word.endsWith('.js')));
    }
    // Read at run time from where they are in the repository.
    for (const file of [...files, 'src/store/migrations', 'dist/workflow-bundle.js']) {
      expect(existsSync(await placeOf(file)), file).toBe(true);
      expect(isCopied(file), file).toBe(true);
    }
    expect(rest('USER')).toEqual(['node']);
    const everhook = statSync(join(packageRoot, 'bin', 'everhook.js'));
    expect(everhook.mode & 0o111).toBe(0o111);
  });

  it('exposes the port of the settings, to other containers', () => {
    expect(rest('EXPOSE')).toEqual([String(loadConfig({}).port)]);
    expect(rest('ENV')[0]).toContain('HOST=0.0.0.0');
  });
});
