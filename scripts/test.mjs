// The test command: the static checks, then the tests; the last line says `N passed, N failed`, each check counting
// as one. `--long` runs test/long instead. Other arguments go to vitest; with them only the tests named are run.
import { spawnSync } from 'node:child_process';
import { parseCLI, startVitest } from 'vitest/node';

const checks = ['typecheck', 'lint', 'format:check', 'architecture'];

const given = process.argv.slice(2);
const isLong = given.includes('--long');
const forVitest = given.filter((argument) => argument !== '--long');
const count = { passed: 0, failed: 0 };
/** @type {string[]} */
const skippedTests = [];

if (!isLong && forVitest.length === 0) checks.forEach(runCheck);
await runVitest();
for (const line of skippedTests) console.log(`skipped: ${line}`);
if (skippedTests.length > 0) console.log(`${skippedTests.length} skipped`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

function runCheck(check) {
  console.log(`\n> ${check}`);
  const { status } = spawnSync('npm', ['run', '--silent', check], { stdio: 'inherit' });
  if (status === 0) count.passed += 1;
  else count.failed += 1;
}

async function runVitest() {
  if (isLong) process.env.EVERHOOK_TEST_LONG = 'true';
  const { filter, options } = parseCLI(['vitest', 'run', ...forVitest]);
  const reporters = ['default', { onTestRunEnd }];
  try {
    const vitest = await startVitest('test', filter, { ...options, watch: false, reporters });
    await vitest.close();
    // What vitest holds for a failure besides those: no run at all.
    if (process.exitCode && count.failed === 0) count.failed += 1;
  } catch (error) {
    console.error(error);
    count.failed += 1;
  }
}

function onTestRunEnd(modules, unhandledErrors) {
  // Reported by the default reporter; a run with one is not to pass.
  count.failed += unhandledErrors.length;
  if (modules.length === 0) count.failed += 1;
  for (const module of modules) {
    const results = [...module.children.allTests()].map((test) => ({
      test,
      result: test.result(),
    }));
    for (const { test, result } of results) countTest(test, result);
    // A file that can't be loaded, or whose hooks fail, has no failed test of its own.
    const hasFailedTest = results.some(({ result }) => result.state === 'failed');
    if (!module.ok() && !hasFailedTest) count.failed += 1;
  }
}

function countTest(test, result) {
  if (result.state === 'passed') count.passed += 1;
  else if (result.state === 'failed') count.failed += 1;
  else skippedTests.push(`${test.fullName}${result.note ? ` (${result.note})` : ''}`);
}
