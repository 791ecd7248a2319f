// The Worker in a process of its own, for tests that kill it: `fork` it with a folder for D1 and the Worker's bindings. It
// says where it is, ticks when it gets a message, and ends with whoever started it.

import { startHarness } from './harness.mjs';

const [persistTo, vars] = process.argv.slice(2);
const harness = await startHarness({ persistTo, vars: JSON.parse(vars) });

process.on('message', () => harness.tick().then(({ outcome }) => process.send({ ticked: outcome })));
process.on('disconnect', () => harness.dispose().then(() => process.exit(0)));
process.send({ url: harness.url });
