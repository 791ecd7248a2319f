// Finding one's way in the gallery: the search box with an id, a link or a file name, filters in the address, badges for what
// is not as it should be, and many assets selected at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest, sync } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

const SIMULATOR = { videos: 60, images: 40, uploaded_images: 10 };

test('assets_are_found_filtered_and_marked', async (t) => {
  const { link, site, api, harness } = await startSite(t, { simulator: SIMULATOR });
  const demo = await connect(api);
  const studio = await connectStudio(api);
  for (const account of [demo, studio]) await sync(api, account);
  await settledDigest(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');
  const { items } = (await api('GET', '/api/v1/assets?media_type=video&status=completed&limit=200')).body;
  const clip = items.find(({ remote_url: url, origin }) => url?.includes('/ori/') && origin === 'synced');
  const search = page.getByRole('searchbox', { name: 'Search' });

  await t.test('an_id_a_link_and_a_file_name_all_lead_to_the_same_clip', async () => {
    const fileName = decodeURIComponent(clip.remote_url).split('/').at(-1);
    for (const text of [clip.provider_asset_id, clip.id, clip.remote_url, fileName]) {
      await search.fill(text);
      await page.waitForURL((url) => url.searchParams.get('q') === text);
      await page.waitForFunction((id) => document.querySelector('.tile-link')?.getAttribute('href') === `/assets/${id}` && document.querySelectorAll('.tile-link').length === 1, clip.id);
    }
    const words = clip.prompts[0].split(' ').slice(0, 4).join(' ');
    await search.fill(words);
    await page.waitForURL((url) => url.searchParams.get('q') === words);
    await page.locator(`.tile-link[href="/assets/${clip.id}"]`).waitFor();
  });

  await t.test('the_original_can_be_opened_and_its_link_copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`/assets/${clip.id}`);
    const original = page.getByRole('link', { name: 'Open original' });
    const opened = await fetch(await original.getAttribute('href'));
    assert.deepEqual([opened.status, opened.headers.get('content-type')], [200, 'video/mp4']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('The link to the original was copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), clip.remote_url);
    await page.goto('/assets');
  });

  await t.test('filters_stand_in_the_address_and_hold', async () => {
    await page.goto('/assets');
    await page.getByLabel('Account').selectOption({ label: 'Studio' });
    await page.waitForURL(`**/assets?account=${studio.id}`);
    const own = (await api('GET', `/api/v1/assets?account_id=${studio.id}&limit=200`)).body.items.length;
    await page.getByRole('status').getByText(`${own} matches`).waitFor();
    await page.getByLabel('Type').selectOption({ label: 'Image' });
    await page.reload();
    await page.getByLabel('Account').locator('option:checked', { hasText: 'Studio' }).waitFor({ state: 'attached' });
    assert.equal(await page.getByLabel('Type').inputValue(), 'image');
    const images = (await api('GET', `/api/v1/assets?account_id=${studio.id}&media_type=image&limit=200`)).body.items.length;
    await page.getByRole('status').getByText(`${images} matches`).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL((url) => url.search === '');
  });

  await t.test('a_day_is_a_filter_of_its_own', async () => {
    const day = clip.created_at.slice(0, 10);
    await page.goto(`/assets?from=${day}&to=${day}`);
    await page.locator(`.tile-link[href="/assets/${clip.id}"]`).waitFor();
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + 2 * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`/assets?q=${clip.id}&from=${next}`);
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.locator('.tile-link').first().waitFor();
  });

  await t.test('what_disagrees_is_marked_and_leads_to_why', async () => {
    await sayOtherwise(api, demo, clip);
    await page.goto(`/assets?q=${clip.id}`);
    const tile = page.locator('.tile', { hasText: 'In conflict' });
    await tile.waitFor();
    await assertAccessible(page, 'a tile in conflict');
    await tile.getByRole('link').click();
    await page.getByRole('link', { name: 'See what disagrees' }).click();
    await page.waitForURL(`**/drift?asset=${clip.id}`);
    await page.getByRole('article').getByText('field disagrees').waitFor();
    assert.equal(await page.getByRole('article').count(), 1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForURL((url) => !url.searchParams.has('asset'));
  });

  await t.test('a_broken_link_is_marked_and_can_be_filtered', async () => {
    const insert = "INSERT INTO links SELECT owner, root, fields ->> 'media_url', 'broken', 404, 1, 1 FROM assets WHERE id = ?1";
    await (await harness.d1()).prepare(insert).bind(clip.id).run();
    await page.goto('/assets');
    await page.getByRole('combobox', { name: 'Link', exact: true }).selectOption({ label: 'Broken' });
    await page.waitForFunction(() => document.querySelectorAll('.tile-link').length === 1);
    await page.locator('.tile', { hasText: 'Link broken' }).getByRole('link').click();
    await page.locator('.asset-head').getByText('Link broken').waitFor();
  });

  await t.test('a_look_for_broken_links_is_followed_among_the_jobs', async () => {
    await page.goto('/providers');
    await page.getByRole('button', { name: 'More for Demo' }).click();
    await page.getByRole('button', { name: 'Look for broken links' }).click();
    await page.getByText('Looking for files that are gone.', { exact: false }).waitFor();
    await page.goto('/activity?show=jobs');
    const job = page.getByRole('article').filter({ hasText: 'Look for broken links' });
    await job.getByText('Done').waitFor({ timeout: 60_000 });
    const [told] = (await api('GET', '/api/v1/jobs')).body.items;
    assert.equal(told.kind, 'verify');
    assert.ok((await job.innerText()).includes(`${told.counts.seen} seen`), await job.innerText());
    await assertAccessible(page, 'jobs');
  });
});

test('many_assets_are_selected_and_changed_at_once', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: SIMULATOR });
  await sync(api, await connect(api), { create_lineage: 'none' });
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');
  const pending = async () => (await api('GET', '/api/v1/assets/counts')).body.by_lineage.pending;

  await t.test('a_range_by_shift_and_its_lineage_is_read_again', async () => {
    await page.goto('/assets?lineage=pending');
    const before = await pending();
    await select(page, 0);
    await page.locator('.tile').nth(4).getByRole('checkbox').click({ modifiers: ['Shift'] });
    await page.getByText('5 selected').first().waitFor();
    await assertAccessible(page, 'a selection');
    await page.getByRole('button', { name: 'Refresh lineage' }).click();
    await page.getByText(/Lineage read again: \d+ connections? added, 0 taken away\./).waitFor();
    assert.equal(await pending(), before - 5);
  });

  await t.test('all_that_is_loaded_is_removed_after_a_question_and_stays_so', async () => {
    await page.goto('/assets?type=audio');
    await select(page, 0);
    await page.getByRole('button', { name: 'Select all loaded' }).click();
    const sounds = (await api('GET', '/api/v1/assets?media_type=audio&limit=200')).body.items.length;
    await page.getByText(`${sounds} selected`).first().waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const question = page.getByRole('dialog', { name: `Remove ${sounds} assets from the inventory?` });
    assert.match(await question.innerText(), /Nothing is deleted at Pixverse/);
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.removed, 0, 'nothing is removed before the answer');
    await question.getByRole('button', { name: 'Remove' }).click();
    await page.getByText(`${sounds} assets removed.`).waitFor();
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.removed, sounds);
  });
});

async function select(page, at) {
  const tile = page.locator('.tile').nth(at);
  await tile.hover();
  await tile.getByRole('checkbox').click();
}

// The team workspace of the same person, as an account of its own.
async function connectStudio(api) {
  const credential = { type: 'token', value: 'demo-token' };
  const { status, body } = await api('POST', '/api/v1/accounts', { provider_id: 'pixverse', api: 'library', label: 'Studio', workspace_id: '77', credential });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

// Hands the clip's own row in again, with another model.
async function sayOtherwise(api, account, { id }) {
  const { body } = await api('GET', `/api/v1/assets/${id}/observations`);
  const { payload } = body.items.find(({ sightings }) => sightings.some(({ feed }) => feed === 'listing'));
  const handed = await api('POST', `/api/v1/accounts/${account.id}/pages?media_type=video`, { items: [{ ...payload, model: 'v1', model_name: 'v1' }] });
  assert.equal(handed.status, 200, JSON.stringify(handed.body));
}
