// Pictures of the places for the README, in web/screenshots. They are kept small, and are written only on demand: a font or a
// browser of another version would change every one of them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inRoot } from '../../scripts/lib/paths.mjs';

const FOLDER = inRoot('web', 'screenshots');
const QUALITY = 72;

export async function keepScreenshot(page, name) {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.jpg`), await page.screenshot({ type: 'jpeg', quality: QUALITY }));
}
