// A library of 20,000 assets: how soon the gallery can be used, and whether scrolling ever shows nothing. Measured in the
// browser, frame by frame.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { seedAssets } from './seed.mjs';
import { startSite } from './visit.mjs';

const ASSETS = 20_000;
const USABLE_WITHIN_MS = 1500;
// What else this machine does can only make a visit slower.
const VISITS = 3;
const SCROLLED_ASSETS = 5000;
const EMPTY_AT_MOST_MS = 300;

test('twenty_thousand_assets_are_usable_at_once_and_scroll_without_gaps', async (t) => {
  const { link, site, harness } = await startSite(t, { simulator: { videos: 6, images: 6, audio: 0 } });
  await seedAssets(await harness.d1(), ASSETS);
  const page = await site.visit(t);
  // Whatever moves by itself, as the browser reports it from the first frame on.
  await page.addInitScript(() => {
    globalThis.__shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.__shifts.push(value);
    }).observe({ type: 'layout-shift', buffered: true });
  });

  await t.test('the_gallery_is_usable_within_a_second_and_a_half', async (t) => {
    // Signed in already, as at every visit but the first; nothing is in the browser's cache.
    await page.goto(link());
    await page.waitForURL('**/assets');
    const times = [];
    for (let visit = 0; visit < VISITS && !times.some((ms) => ms <= USABLE_WITHIN_MS); visit += 1) times.push(await usableAfter(page));
    t.diagnostic(`usable after ${times.join(', ')} ms`);
    assert.ok(Math.min(...times) <= USABLE_WITHIN_MS, `usable after ${times.join(', ')} ms`);
    await page.getByText('20,000 assets').waitFor();
  });

  await t.test('five_thousand_assets_scroll_by_without_an_empty_frame', async (t) => {
    const { frames, longestMs, pictures, seen } = await page.evaluate(scrollAndWatch, SCROLLED_ASSETS);
    t.diagnostic(`${seen} assets in ${frames} frames; longest time with a gap ${Math.round(longestMs)} ms; pictures there in ${pictures} % of the frames`);
    assert.ok(seen >= SCROLLED_ASSETS);
    assert.ok(longestMs <= EMPTY_AT_MOST_MS, `a gap stayed for ${Math.round(longestMs)} ms`);
  });

  await t.test('nothing_jumped_when_pictures_came', async () => {
    const shifts = await page.evaluate(() => globalThis.__shifts);
    assert.ok(shifts.length < 1, `the layout shifted by ${shifts.join(', ')}`);
  });

  await t.test('the_graph_is_not_loaded_before_somebody_looks_at_one', async () => {
    const scripts = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /LineageGraph|elk/i.test(name)));
    assert.deepEqual(await scripts(), []);
    await page.locator('.tile-link').last().click();
    await page.waitForURL('**/assets/ast_*');
    await page.getByText('It was made without a source', { exact: false }).waitFor();
    await page.goBack();
    await page.locator('.tile-link').first().waitFor();
  });

  await t.test('the_document_stays_small', async () => {
    const tiles = await page.locator('.tile').count();
    assert.ok(tiles < 200, `${tiles} tiles are in the document`);
  });
});

// From the address to a tile that takes the focus, in the browser's own time.
async function usableAfter(page) {
  await page.goto('about:blank');
  await page.goto('/assets', { waitUntil: 'commit' });
  await page.waitForFunction(() => document.querySelectorAll('.tile-link').length > 8);
  await page.locator('.tile-link').first().focus();
  return Math.round(await page.evaluate(() => performance.now()));
}

// In the browser: scrolls nine thousand pixels a second, faster than anybody reads, and looks at three columns of points in every frame. A frame has a
// gap where a point of the grid shows no tile.
function scrollAndWatch(target) {
  const STEP = 150;
  const isTile = (x, y) => document.elementFromPoint(x, y)?.closest('.tile') != null;
  const grid = document.querySelector('.tiles').getBoundingClientRect();
  // Between the tiles is a narrow space: two points beside each other never both meet it.
  const columns = [0.2, 0.5, 0.8].map((share) => grid.left + grid.width * share);
  const rows = [0.3, 0.6, 0.9].map((share) => innerHeight * share);
  const hasGap = () => columns.some((x) => rows.some((y) => !isTile(x, y) && !isTile(x + 9, y + 9)));
  return new Promise((resolve) => {
    let since = null;
    let longestMs = 0;
    let frames = 0;
    let withPictures = 0;
    const look = (now) => {
      frames += 1;
      if (hasGap()) {
        since ??= now;
        longestMs = Math.max(longestMs, now - since);
      } else since = null;
      const shown = [...document.querySelectorAll('.tile img')].filter((img) => {
        const { top, bottom } = img.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      if (shown.every((img) => img.complete)) withPictures += 1;
      const seen = Math.max(...[...document.querySelectorAll('[data-tile]')].map((tile) => Number(tile.dataset.tile)));
      if (seen >= target) {
        resolve({ frames, longestMs, seen, pictures: Math.round((100 * withPictures) / frames) });
        return;
      }
      scrollBy(0, STEP);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
