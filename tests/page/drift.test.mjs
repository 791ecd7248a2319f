// Drift, looked for and looked at: nothing at first, then a page that says something else of a clip than the library does,
// both words side by side, and the acceptance with its reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, ended, settledDigest, sync } from '../e2e/library.mjs';
import { assertAccessible, assertFits, startSite } from './visit.mjs';

const PROMPT = 'a prompt that somebody edited';
const PATHS = 'Where it stands in the payload';
const PHONE = { width: 390, height: 844 };

test('drift_is_found_looked_at_and_accepted', async (t) => {
  const { link, site, api, harness } = await startSite(t, { simulator: { videos: 12, images: 8, uploaded_images: 2 } });
  const account = await connect(api);
  await sync(api, account);
  await settledDigest(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');

  await t.test('a_library_without_drift_says_so', async () => {
    await page.getByRole('link', { name: 'Drift', exact: true }).click();
    await page.getByText('Nothing is found here').waitFor();
    const rows = page.getByRole('row');
    assert.equal(await rows.count(), 10, 'nine aspects under their head');
    assert.equal(await rows.filter({ hasText: 'No drift' }).count(), 9);
    await assertAccessible(page, 'the report');
  });

  await t.test('a_scan_is_followed_to_what_it_found', async () => {
    const clip = await sayOtherwise(api, account, 'text_to_video', (name) => (name === 'prompt' ? PROMPT : undefined));
    await page.getByRole('button', { name: 'Look for drift' }).click();
    await page.getByRole('status').getByText('assets looked at: 1 finding.').waitFor();
    const finding = page.getByRole('article').filter({ hasText: 'field disagrees' });
    await finding.getByText('prompts', { exact: true }).waitFor();
    assert.equal(await finding.getByRole('link').getAttribute('href'), `/assets/${clip}`);
  });

  await t.test('both_words_stand_side_by_side', async () => {
    const finding = page.getByRole('article');
    await finding.getByText('Evidence, side by side').click();
    await finding.getByRole('heading', { name: 'Library listing' }).waitFor();
    await finding.getByRole('heading', { name: 'Handed in' }).waitFor();
    await finding.getByRole('heading', { name: 'What is believed' }).waitFor();
    assert.ok((await finding.innerText()).includes(PROMPT));
    const { says } = (await api('GET', '/api/v1/drift')).body.items[0].evidence;
    const told = says.flatMap(({ paths }) => paths);
    assert.ok(told.length === 2 && told.every((path) => /^\$.*\.prompt$/.test(path)), told.join());
    assert.deepEqual(await pathsOf(finding), told, 'each word says where it stands');
    await assertAccessible(page, 'a finding with its evidence');
  });

  await t.test('it_is_accepted_with_a_reason', async () => {
    await page.getByRole('article').getByRole('button', { name: 'Accept' }).click();
    const dialog = page.getByRole('dialog');
    await assertAccessible(page, 'the acceptance');
    await dialog.getByLabel('Why may it stay?').fill('it was edited on the web');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('Nothing is found here').waitFor();
    await page.getByLabel('State').selectOption('accepted');
    await page.getByText('Because: it was edited on the web').waitFor();
    assert.match(page.url(), /state=accepted/);
    const { items } = (await api('GET', '/api/v1/drift?state=accepted')).body;
    assert.deepEqual(items.map(({ part, resolution }) => [part, resolution.reason]), [['prompts', 'it was edited on the web']]);
  });

  await t.test('what_is_suggested_is_applied_after_it_was_said', async () => {
    const { items } = (await api('GET', '/api/v1/assets?media_type=image&status=completed&limit=1')).body;
    await (await harness.d1()).prepare("UPDATE assets SET status = 'failed' WHERE id = ?1").bind(items[0].id).run();
    const statusOf = async () => (await api('GET', `/api/v1/assets/${items[0].id}`)).body.status;
    assert.equal(await statusOf(), 'failed');
    await page.goto('/drift');
    await page.getByRole('button', { name: 'Look for drift' }).click();
    const finding = page.getByRole('article').filter({ hasText: 'recompute differs' });
    await finding.getByText('Suggested: rewrite').waitFor();
    await finding.getByRole('button', { name: 'Apply' }).click();
    const dialog = page.getByRole('dialog', { name: 'Apply what is suggested?' });
    await dialog.getByText('Driftline will do this now: rewrite. What you decided by hand stays.').waitFor();
    await assertAccessible(page, 'the question before it is applied');
    assert.equal(await statusOf(), 'failed', 'nothing is done before the answer');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Applied.').waitFor();
    await finding.waitFor({ state: 'detached' });
    assert.equal(await statusOf(), 'completed');
    const closed = (await api('GET', '/api/v1/drift?state=closed&kind=recompute_differs')).body.items;
    assert.deepEqual(closed.map(({ resolution }) => resolution.action), ['apply']);
  });

  await t.test('the_kind_narrows_it_and_it_fits_a_phone', async () => {
    await page.goto('/drift?state=accepted');
    await page.getByLabel('Kind').selectOption('status_stuck');
    await page.getByText('Nothing is found here').waitFor();
    await page.getByLabel('Kind').selectOption('field_disagrees');
    await page.getByText('Because: it was edited on the web').waitFor();
    await page.setViewportSize(PHONE);
    await page.getByText('Evidence, side by side').click();
    await page.getByRole('list', { name: PATHS }).first().waitFor();
    await assertFits(page, 'drift on a phone');
    await assertAccessible(page, 'drift on a phone');
  });

  await t.test('lists_of_sources_say_where_each_source_stands', async () => {
    const clip = await sayOtherwise(api, account, 'image_to_video', (name) => (name.startsWith('customer_img') ? 'upload/another.png' : undefined));
    await settledDigest(api);
    const scan = await api('POST', '/api/v1/drift/scan', { asset_ids: [clip] });
    await ended(api, `/api/v1/drift/scan/${scan.body.id}`);
    await page.goto(`/drift?asset=${clip}&kind=lineage_disagrees`);
    const finding = page.getByRole('article');
    await finding.getByText('Evidence, side by side').click();
    const { lists } = (await api('GET', `/api/v1/drift?asset_id=${clip}&kind=lineage_disagrees`)).body.items[0].evidence;
    const told = lists.flatMap(({ said_by: voices }) => voices.flatMap(({ source_paths: sources }) => sources.flat()));
    assert.ok(told.length >= 2 && told.every((path) => path.startsWith('$.customer_')), told.join());
    assert.deepEqual(await pathsOf(finding), told);
    assert.equal(await finding.getByText('Source 1').count(), lists.length);
    await assertFits(page, 'sources on a phone');
  });
});

// The JSON paths that stand beside the values, in order.
const pathsOf = (finding) => finding.getByRole('list', { name: PATHS }).getByRole('listitem').allInnerTexts();

// Hands in a listed row with other members, and gives the asset's id.
async function sayOtherwise(api, account, operation, otherwise) {
  const { items } = (await api('GET', `/api/v1/assets?media_type=video&operation=${operation}&limit=200`)).body;
  const { id } = items.find(({ origin }) => origin === 'synced');
  const { body } = await api('GET', `/api/v1/assets/${id}/observations`);
  const { payload } = body.items.find(({ sightings }) => sightings.some(({ feed }) => feed === 'listing'));
  const handed = await api('POST', `/api/v1/accounts/${account.id}/pages?media_type=video`, { items: [changed(payload, otherwise)] });
  assert.equal(handed.status, 200, JSON.stringify(handed.body));
  return id;
}

function changed(row, otherwise) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [name, otherwise(name) ?? (isNested ? changed(value, otherwise) : value)];
    }),
  );
}
