// Why things are as they are: where a fact comes from, two assets said to be one and taken apart again, payloads read again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest, sync } from '../e2e/library.mjs';
import { assertAccessible, assertFits, startSite } from './visit.mjs';

const PATHS = 'Where it stands in the payload';

test('reasons_can_be_looked_at_and_decisions_taken_back', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 12, images: 8, uploaded_images: 2 } });
  await fetch(`${simulator.url}/__sim/rows`, { method: 'POST', body: JSON.stringify({ media_type: 'video', row: 'not a row' }) });
  await sync(api, await connect(api));
  await settledDigest(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');
  const { items } = (await api('GET', '/api/v1/assets?media_type=image&limit=200')).body;
  const [first, second] = items.filter(({ origin, remote_url: url }) => origin === 'synced' && url !== null);

  await t.test('the_reason_of_every_skipped_row_is_one_click_away', async () => {
    for (const place of ['/providers', '/activity']) {
      await page.goto(place);
      await page.getByRole('button', { name: '1 Quarantined Why?' }).click();
      const dialog = page.getByRole('dialog', { name: 'What became of each row: Quarantined' });
      await dialog.getByRole('row').filter({ hasText: 'Videos' }).filter({ hasText: 'not an object' }).waitFor();
      await assertAccessible(page, `the reasons, from ${place}`);
      await dialog.getByRole('button', { name: 'Close' }).click();
    }
  });

  await t.test('each_fact_names_who_said_it', async () => {
    await page.goto(`/assets/${first.id}`);
    await page.getByText('Where each fact comes from').click();
    const row = page.locator('.explain-table tr', { hasText: 'media url' });
    await row.getByText('Library listing').first().waitFor();
    assert.ok((await row.innerText()).includes(first.remote_url.slice(0, 80)));
    const { fields } = (await api('GET', `/api/v1/assets/${first.id}/explain`)).body;
    const stands = row.getByRole('list', { name: PATHS }).first();
    assert.deepEqual(await stands.getByRole('listitem').allInnerTexts(), fields.media_url.chosen.paths);
    assert.match(await stands.innerText(), /^\$\./, 'where the payload says so');
    await assertAccessible(page, 'an asset with its reasons');
  });

  await t.test('observations_stand_there_as_they_were_received', async () => {
    const { items: told } = (await api('GET', `/api/v1/assets/${first.id}/observations`)).body;
    const shown = page.getByRole('region', { name: 'Observations' }).getByRole('article');
    assert.equal(await shown.count(), told.length);
    await shown.first().getByText('Library listing').waitFor();
    await shown.first().getByText('Payload as received').click();
    const payload = JSON.parse(await shown.first().getByRole('region', { name: 'Payload as received' }).innerText());
    assert.deepEqual(payload, told[0].payload);
  });

  await t.test('each_source_names_who_said_it_and_where', async () => {
    const { items: clips } = (await api('GET', '/api/v1/assets?media_type=video&operation=image_to_video&limit=1')).body;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`/assets/${clips[0].id}`);
    await page.getByText('Where each fact comes from').click();
    await page.getByRole('heading', { name: 'Named as its sources' }).waitFor();
    const { edges } = (await api('GET', `/api/v1/assets/${clips[0].id}/explain`)).body.lineage.lists[0];
    const sources = page.locator('.explain-sources > li');
    assert.equal(await sources.count(), edges.length);
    const told = await sources.getByRole('list', { name: PATHS }).getByRole('listitem').allInnerTexts();
    assert.deepEqual(told, edges.flatMap(({ named_by: voices }) => voices.flatMap(({ paths }) => paths)));
    assert.ok(told.length >= edges.length, told.join());
    const table = page.getByRole('region', { name: 'Where each fact comes from' });
    assert.ok(await table.evaluate((region) => region.scrollWidth <= region.clientWidth), 'facts and paths wrap');
    await assertFits(page, 'an asset with its reasons on a phone');
    await assertAccessible(page, 'an asset with its reasons on a phone');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`/assets/${first.id}`);
  });

  await t.test('two_assets_become_one_and_two_again', async () => {
    await page.getByRole('heading', { name: 'Known as' }).click();
    await page.getByRole('button', { name: 'Merge with another asset' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id or address of the other asset').fill(`http://here/assets/${second.id}`);
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await page.getByText('They are one asset now.').waitFor();
    const merged = (await api('GET', `/api/v1/assets/${first.id}`)).body.id;
    assert.equal((await api('GET', `/api/v1/assets/${second.id}`)).body.id, merged);
    const old = [first, second].find(({ id }) => id !== merged).id;
    await page.goto(`/assets/${old}`);
    await page.getByText('This asset lives under a newer id now.').waitFor();
    await page.waitForURL(`**/assets/${merged}`);
    await page.getByText('Where each fact comes from').click();
    await page.getByRole('heading', { name: 'Decided by people' }).waitFor();
    const decided = page.locator('.explain-decisions li', { hasText: 'Merged' });
    assert.match(await decided.innerText(), /id:pixverse:.*first$/s, 'what was merged, and whose token said so');
    await page.getByRole('heading', { name: 'Known as' }).click();
    await page.getByRole('button', { name: 'Take apart' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take apart' }).click();
    await page.getByText('Taken apart: 2 assets now.').waitFor();
    const [one, other] = await Promise.all([first, second].map(({ id }) => api('GET', `/api/v1/assets/${id}`)));
    assert.notEqual(one.body.id, other.body.id);
  });

  await t.test('the_quarantine_is_read_again_and_says_what_became_of_it', async () => {
    await page.goto('/activity?show=quarantine');
    await page.getByRole('button', { name: 'Read all again' }).click();
    await page.getByText('0 payloads taken in, 1 still unreadable.').waitFor();
  });

  await t.test('what_payloads_look_like_is_told', async () => {
    await page.getByRole('tab', { name: 'Schema changes' }).click();
    await page.getByText('Library listing').first().waitFor();
    await assertAccessible(page, 'schema changes');
  });
});
