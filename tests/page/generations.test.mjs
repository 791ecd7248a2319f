// Media made here: the list, one generation followed while it is made, its output one click away, and back from the output.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

test('a_generation_is_followed_to_its_output', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: { videos: 6, images: 4, uploaded_images: 1 } });
  const { id: account } = await connect(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/providers');

  await t.test('before_anything_was_asked_for_the_place_says_so', async () => {
    await page.getByRole('link', { name: 'Generations', exact: true }).click();
    await page.getByText('Nothing was generated here yet').waitFor();
  });

  await t.test('its_state_moves_by_itself', async () => {
    const body = { account_id: account, operation: 'text_to_video', prompt: 'a fox in the snow' };
    const asked = await api('POST', '/api/v1/generations', body);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    await page.goto('/generate');
    await page.getByText('a fox in the snow').waitFor();
    await assertAccessible(page, 'generations');
    await page.getByRole('link', { name: 'Text to video' }).click();
    await page.getByText('Output 1').waitFor({ timeout: 30_000 });
    await page.getByRole('status').getByText(/Being made|Completed/).first().waitFor();
    await assertAccessible(page, 'a generation');
  });

  await t.test('its_output_leads_back_to_it', async () => {
    await page.getByRole('link', { name: 'Output 1' }).click();
    await page.waitForURL('**/assets/ast_*');
    await page.getByText('Made here by').waitFor();
    await page.getByRole('link', { name: /^gen_/ }).first().click();
    await page.getByRole('heading', { name: 'What was asked for' }).waitFor();
  });
});
