// The first visit as a person makes it: the link of `npm start`, a scan, an import with its progress, a clip, and its graph
// back to the first picture.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible, startSite } from './visit.mjs';

test('from_the_link_to_the_first_picture_of_a_clip', async (t) => {
  const { link, site, simulator, api } = await startSite(t);
  const page = await site.visit(t);
  const truth = simulator.truth('demo');

  await t.test('a_link_signs_in_and_leaves_no_token_in_the_address', async () => {
    await api('POST', '/api/v1/accounts', {
      provider_id: 'pixverse',
      api: 'library',
      label: 'Demo',
      credential: { type: 'token', value: 'demo-token' },
    });
    await page.goto(link());
    await page.waitForURL('**/providers');
    assert.doesNotMatch(page.url(), /dl_/);
    await page.getByRole('heading', { name: 'Demo' }).waitFor();
    await assertAccessible(page, 'providers, before a scan');
  });

  await t.test('with_nothing_imported_the_gallery_says_the_next_step', async () => {
    await page.getByRole('link', { name: 'Assets', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing is imported yet' }).waitFor();
    await assertAccessible(page, 'an empty gallery');
    await page.getByRole('link', { name: 'Scan and import' }).click();
  });

  await t.test('a_scan_counts_what_is_there_and_what_is_missing', async () => {
    await page.getByRole('button', { name: 'Scan Library' }).click();
    await page.getByText('Scanned just now').waitFor();
    const total = await page.locator('.scan-table tfoot').innerText();
    const all = truth.assets.length;
    assert.deepEqual(total.split(/\s+/), ['All', String(all), '0', String(all)]);
  });

  await t.test('an_import_shows_its_progress_and_accounts_for_every_row', async () => {
    await page.getByRole('button', { name: `Import ${truth.assets.length} missing assets` }).click();
    await page.getByRole('progressbar', { name: 'Running' }).waitFor();
    await page.getByText(/\d+ of \d+/).first().waitFor();
    const run = page.getByRole('group', { name: 'Done' });
    await run.waitFor({ timeout: 60_000 });
    assert.match(await run.innerText(), new RegExp(`${truth.assets.length} seen`));
    assert.match(await run.getByRole('list').innerText(), new RegExp(`^${truth.assets.length} New`));
    await page.getByText('Already done for you: the import connected everything as it came in.').waitFor({ timeout: 60_000 });
    await page.getByText('Nothing is missing: the last scan found everything here.').waitFor();
    await assertAccessible(page, 'providers, after an import');
  });

  await t.test('the_gallery_shows_pictures', async () => {
    await page.getByRole('link', { name: 'Assets', exact: true }).click();
    await page.getByText(`${truth.assets.length} assets`).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.tile img')].filter((img) => img.naturalWidth > 0).length > 8);
    await assertAccessible(page, 'the gallery');
  });

  await t.test('a_clip_leads_through_its_graph_to_the_first_picture', async () => {
    const child = deepest(truth.edges);
    await page.getByRole('searchbox', { name: 'Search' }).fill(child.id);
    const tiles = page.locator('.tile-link');
    await page.waitForFunction(() => document.querySelectorAll('.tile-link').length === 1);
    await tiles.first().click();
    await page.waitForURL('**/assets/ast_*');
    await page.locator('.gnode-focus').waitFor();
    await assertAccessible(page, 'an asset');
    await page.getByRole('button', { name: 'Trace to the first picture' }).click();
    const told = page.getByText(/steps? back to where it began/);
    await told.waitFor();
    assert.equal(Number(/\d+/.exec(await told.innerText())[0]), child.depth);
    await page.waitForFunction((depth) => document.querySelectorAll('.gnode-path').length > depth, child.depth);
    await told.getByRole('link').first().click();
    await page.getByText('Nothing came before', { exact: false }).or(page.locator('.gnode-focus')).first().waitFor();
    assert.equal(await page.locator('.edge-path').count(), 0, 'nothing leads to where it began');
  });
});

// The clip whose farthest origin is the most steps away, and how many they are.
function deepest(edges) {
  const parents = new Map();
  for (const { child, parent } of edges) {
    const id = `${child.media_type}/${child.making}/${child.id}`;
    const from = parent.id ? `${parent.media_type}/${parent.making}/${parent.id}` : parent.key;
    parents.set(id, [...(parents.get(id) ?? []), from]);
  }
  const clips = [...parents.keys()].filter((id) => id.startsWith('video/created/'));
  const found = clips.map((id) => ({ id: id.split('/')[2], depth: depthOf(id, parents) }));
  return found.reduce((best, clip) => (clip.depth > best.depth ? clip : best));
}

function depthOf(clip, parents) {
  const steps = new Map([[clip, 0]]);
  for (const [id, step] of steps) {
    for (const parent of parents.get(id) ?? []) if (!steps.has(parent)) steps.set(parent, step + 1);
  }
  return Math.max(...steps.values());
}
