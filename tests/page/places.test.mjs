// Every place, as it looks: nothing serious for axe, in the light and in the dark, nothing over the edge of a phone. The
// pictures in web/screenshots are taken here when UPDATE_SCREENSHOTS is set; the README shows them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest, sync } from '../e2e/library.mjs';
import { keepScreenshot } from './screenshots.mjs';
import { assertAccessible, assertFits, startSite } from './visit.mjs';

const PHONE = { width: 390, height: 844 };
const WIDEST = { width: 2560, height: 1440 };

// How one gets to each place, and what shows that it is there.
const PLACES = [
  { name: 'assets', open: (page) => page.goto('/assets'), ready: picturesIn('.tile img', 6) },
  { name: 'providers', open: (page) => page.goto('/providers'), ready: (page) => scanned(page) },
  { name: 'asset', open: (page, { clip }) => page.goto(`/assets/${clip}`), ready: picturesIn('.gnode img', 2) },
  { name: 'lineage', open: (page, { clip }) => page.goto(`/assets/${clip}`), ready: (page) => lineageInView(page) },
  { name: 'generate', open: (page, { clip }) => page.goto(`/generate?again=${clip}`), ready: (page) => page.getByRole('button', { name: 'Take away' }).first().waitFor() },
  { name: 'drift', open: (page) => page.goto('/drift'), ready: (page) => page.getByRole('rowheader', { name: 'metadata shape' }).waitFor() },
  { name: 'activity', open: (page) => page.goto('/activity'), ready: (page) => page.getByText('Done').first().waitFor() },
  { name: 'quarantine', open: (page) => page.goto('/activity?show=quarantine'), ready: (page) => page.getByText('not an object').waitFor() },
  { name: 'inspect', open: (page) => page.goto('/inspect'), ready: (page) => inspected(page) },
  { name: 'settings', open: (page) => page.goto('/settings'), ready: (page) => page.getByText('this one').waitFor() },
];

test('every_place_can_be_read_and_fits', async (t) => {
  const { link, site, simulator, api } = await startSite(t);
  await fetch(`${simulator.url}/__sim/rows`, { method: 'POST', body: JSON.stringify({ media_type: 'video', row: 'not a row' }) });
  const run = await sync(api, await connect(api));
  assert.equal(run.state, 'done');
  await settledDigest(api);
  const clip = await richClip(api);

  for (const colorScheme of ['light', 'dark']) {
    await t.test(`in_the_${colorScheme}`, async (t) => {
      const page = await site.visit(t, { colorScheme });
      await page.goto(link());
      await page.waitForURL('**/assets');
      for (const { name, open, ready } of PLACES) {
        await open(page, { clip });
        await ready(page);
        await assertAccessible(page, `${name} in the ${colorScheme}`);
        await keepScreenshot(page, colorScheme === 'light' ? name : `${name}-dark`);
      }
    });
  }

  await t.test('on_a_wide_screen', async (t) => {
    const page = await site.visit(t, { viewport: WIDEST });
    await page.goto(link());
    await page.waitForURL('**/assets');
    for (const { name, open, ready } of PLACES) {
      await open(page, { clip });
      await ready(page);
      await assertFits(page, `${name} on a wide screen`);
    }
  });

  await t.test('on_a_phone', async (t) => {
    const page = await site.visit(t, { viewport: PHONE });
    await page.goto(link());
    await page.waitForURL('**/assets');
    for (const { name, open, ready } of PLACES) {
      await open(page, { clip });
      await ready(page);
      await assertFits(page, `${name} on a phone`);
      await assertAccessible(page, `${name} on a phone`);
      await keepScreenshot(page, `${name}-phone`);
    }
  });
});

function picturesIn(selector, count) {
  return (page) =>
    page.waitForFunction(
      ([where, least]) => [...document.querySelectorAll(where)].filter((img) => img.naturalWidth > 0).length >= least,
      [selector, count],
    );
}

async function lineageInView(page) {
  await picturesIn('.gnode img', 2)(page);
  await page.getByRole('button', { name: 'Trace to the first picture' }).click();
  await page.getByText('back to where it began').waitFor();
  await page.locator('.lineage').evaluate((section) => section.scrollIntoView({ block: 'start' }));
}

async function scanned(page) {
  await page.getByRole('button', { name: 'Scan Library' }).click();
  await page.getByText('Scanned just now').waitFor();
}

async function inspected(page) {
  await page.getByRole('button', { name: 'Try an example' }).click();
  await page.getByRole('heading', { name: 'Parents' }).waitFor();
}

// A clip with a prompt of words, made of several pictures, of which something was made as well.
async function richClip(api) {
  const { body } = await api('GET', '/api/v1/assets?media_type=video&status=completed&limit=200');
  const sized = await Promise.all(
    body.items.filter(({ operation }) => ['fusion', 'video_transition'].includes(operation)).map(async ({ id }) => {
      const lineage = await api('GET', `/api/v1/assets/${id}/lineage?depth=1`);
      const made = lineage.body.edges.filter((edge) => edge.parent === id).length;
      const from = lineage.body.edges.filter((edge) => edge.child === id).length;
      const { nodes } = (await api('GET', `/api/v1/assets/${id}/lineage?direction=ancestors&depth=20`)).body;
      const deep = Math.max(...nodes.map(({ depth }) => depth));
      return { id, worth: Math.min(from, 4) * 2 + Math.min(made, 2) * 5 + Math.min(deep, 3) * 3 - Math.max(0, nodes.length + made - 8) };
    }),
  );
  return sized.reduce((best, clip) => (clip.worth > best.worth ? clip : best)).id;
}
