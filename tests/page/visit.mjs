// A real Chromium before the built page in workerd, with a simulated Pixverse behind it. Whatever the browser complains about
// in its console fails the test in which it happens.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { findChromium } from '../../scripts/lib/browser.mjs';
import { headersFor, writeHeaders } from '../../scripts/lib/page-headers.mjs';
import { pageFolder } from '../../scripts/lib/paths.mjs';
import { pageLink } from '../../scripts/lib/welcome.mjs';
import { startLibrary } from '../e2e/library.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 800 };

// Starts everything; `t.after` ends it. The answer is startLibrary's with a Site.
export async function startSite(t, options = {}) {
  // Hooks run in the order in which they were made: visits end before what they look at. What a visit has to complain of, its
  // own hook says: said here, it would keep what follows from ending.
  const visits = [];
  t.after(() => Promise.allSettled(visits.map((end) => end())));
  const folder = mkdtempSync(join(tmpdir(), 'driftline-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const pageFor = (simulator) => {
    cpSync(pageFolder, folder, { recursive: true });
    writeHeaders(headersFor([simulator]), folder);
    return folder;
  };
  const library = await startLibrary(t, { ...options, pageFor });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const link = (token = library.token) => pageLink(library.harness.url, { token }, library.simulator.url);
  return { ...library, link, site: new Site(browser, library.harness.url, visits) };
}

class Site {
  #browser;
  #url;
  #visits;

  constructor(browser, url, visits) {
    this.#browser = browser;
    this.#url = url;
    this.#visits = visits;
  }

  // A browser of its own, as a new visitor has it. `expected` are complaints that belong to what is tested.
  async visit(t, { expected = [], viewport = WIDE, colorScheme = 'light' } = {}) {
    const context = await this.#browser.newContext({ viewport, colorScheme, baseURL: this.#url, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const complaints = [];
    const complain = (text) => expected.some((pattern) => pattern.test(text)) || complaints.push(text);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complain(error.stack ?? error.message));
    const end = async () => {
      await context.close();
      assert.deepEqual(complaints, [], 'the browser complained');
    };
    this.#visits.push(end);
    t.after(end);
    return page;
  }
}

// What axe finds on the page as it stands, at its two graver levels.
export async function assertAccessible(page, where) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} [${node.any[0]?.message ?? ''}]`).join(' | ')}`);
  });
  assert.deepEqual(violations, [], where);
}

// Nothing reaches over the edge of the screen.
export async function assertFits(page, where) {
  const [width, available] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(width <= available, `${where}: ${width} px wide on ${available} px`);
}
