// The simulator as a process of its own, so that its work is not counted with the Worker's.

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { launch } from '../../scripts/lib/processes.mjs';

const MAIN = fileURLToPath(new URL('../simulator/main.mjs', import.meta.url));

// Resolves when it says where it is. It ends with its process group.
export async function launchSimulator({ videos, images }) {
  const uploaded = Math.floor(images / 10);
  const counts = {
    'videos': videos, 'images': images - uploaded, 'audio': 0,
    'uploaded-images': uploaded, 'uploaded-videos': 0, 'uploaded-audio': 0,
  };
  const options = Object.entries({ port: 0, clock: 'still', ...counts }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = launch(process.execPath, [MAIN, ...options]);
  child.stdout.setEncoding('utf8');
  child.stderr.pipe(process.stderr);
  for (let printed = ''; ; ) {
    const [chunk] = await Promise.race([once(child.stdout, 'data'), child.ended.then(() => [null])]);
    if (chunk === null) throw new Error('the simulator ended before it said where it is');
    printed += chunk;
    const url = /^simulator: (http:\S+)/m.exec(printed)?.[1];
    if (url) return { url, child };
  }
}
