// Runs the test files it is given with Node's own runner, one after the other, and ends with a line "executed N":
// a file in which nothing ran looks like a passed test otherwise.

import { run } from 'node:test';
import { spec as Spec } from 'node:test/reporters';

const files = process.argv.slice(2);
let executed = 0;

const events = run({ files, concurrency: 1, timeout: 20 * 60_000 });
events.on('test:pass', (event) => {
  if (isTest(event) && event.skip === undefined && event.todo === undefined) executed += 1;
});
events.on('test:fail', (event) => {
  if (event.todo === undefined) process.exitCode = 1;
  if (isTest(event)) executed += 1;
});

const report = events.compose(typeof Spec === 'function' && Spec.prototype ? new Spec() : Spec);
report.on('end', () => process.stdout.write(`executed ${executed}\n`));
report.pipe(process.stdout);

// Node reports each file, and each suite, as if it were a test as well.
function isTest({ name, details }) {
  return details?.type !== 'suite' && !files.includes(name);
}
