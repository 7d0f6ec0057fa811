#!/usr/bin/env node
// For a container's health check, whose image has no curl: `healthcheck.js /health/live` ends with 0 if the service in
// this container answers that path with a 2xx.
const path = process.argv[2] ?? '/health/live';
const port = process.env.PORT || '8080';

try {
  const { ok, status } = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.timeout(4_000),
  });
  if (!ok) {
    process.stderr.write(`${path}: ${status}\n`);
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${path}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
