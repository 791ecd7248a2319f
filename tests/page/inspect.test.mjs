// Inspect: what is pasted is read and shown to the last digit, what is no JSON says so, and nothing is stored.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible, startSite } from './visit.mjs';

const PAYLOAD = `{"video_id": 431000000000000000123, "video_status": 1, "create_mode": "extend", "original_video_id": 98765432109876543210,
  "customer_paths": {"customer_video_path": 12}}`;

test('a_payload_is_read_and_nothing_is_kept', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: { videos: 1, images: 1 } });
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/providers');
  await page.getByRole('link', { name: 'Inspect' }).click();
  const payload = page.getByLabel('Payload (JSON)');
  const read = page.getByRole('button', { name: 'Inspect', exact: true });

  await t.test('what_is_no_json_says_so_and_is_not_sent', async () => {
    await page.getByText('The result appears here.').waitFor();
    await payload.fill('{"video_id": 1');
    await page.getByText('This is not JSON yet:', { exact: false }).waitFor();
    assert.ok(await read.isDisabled());
    await assertAccessible(page, 'a broken payload');
  });

  await t.test('ids_keep_every_digit_and_parents_their_part', async () => {
    await payload.fill(PAYLOAD);
    await read.click();
    const parents = page.locator('section', { has: page.getByRole('heading', { name: 'Parents' }) });
    await parents.getByText('98765432109876543210').waitFor();
    await parents.getByText('source clip').waitFor();
    const facts = page.locator('section', { has: page.getByRole('heading', { name: 'Facts' }) });
    assert.match(await facts.innerText(), /431000000000000000123/);
    assert.match(await facts.innerText(), /Extension/);
    const warnings = page.locator('section', { has: page.getByRole('heading', { name: 'Warnings' }) });
    await warnings.getByText('$.customer_paths.customer_video_path', { exact: true }).waitFor();
  });

  await t.test('nothing_is_stored', async () => {
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.total, 0);
  });
});
