import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../src/config/packageRoot.js';

const service = z.object({
  image: z.string(),
  user: z.string().optional(),
  restart: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z
    .object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() })
    .optional(),
});

export type ComposeService = z.output<typeof service>;

/** docker-compose.yml as it is written, anchors resolved and variables as they stand there. */
export function readComposeFile(): {
  text: string;
  services: Record<string, ComposeService>;
  volumes: string[];
} {
  const text = readFileSync(join(packageRoot, 'docker-compose.yml'), 'utf8');
  const file = z
    .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
    .parse(parse(text, { merge: true }));
  return { text, services: file.services, volumes: Object.keys(file.volumes) };
}

/** Those that run this repository's image. */
export function ownServices(
  services: Record<string, ComposeService>,
): Record<string, ComposeService> {
  return Object.fromEntries(
    Object.entries(services).filter(([, { image }]) => image.startsWith('everhook:')),
  );
}
