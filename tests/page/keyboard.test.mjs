// The page without a pointer: from the link to an asset and its graph by keys alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest } from '../e2e/library.mjs';
import { startSite } from './visit.mjs';

const MOST_TABS = 60;

test('everything_can_be_reached_by_keys', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: { videos: 60, images: 40, uploaded_images: 10 } });
  await connect(api);
  const page = await site.visit(t);
  const keys = page.keyboard;

  await t.test('an_import_is_started_by_keys', async () => {
    await page.goto(link());
    await page.waitForURL('**/providers');
    await page.getByRole('button', { name: 'Scan Library' }).waitFor();
    await tabTo(page, 'Scan Library');
    await keys.press('Enter');
    await page.getByText('Scanned just now').waitFor();
    await tabTo(page, /Import \d+ missing assets/);
    await keys.press('Enter');
    await page.getByRole('group', { name: 'Done' }).waitFor({ timeout: 60_000 });
    await settledDigest(api);
  });

  await t.test('a_dialog_keeps_the_focus_and_gives_it_back', async () => {
    await tabTo(page, 'Connect Pixverse');
    await keys.press('Enter');
    await page.getByRole('dialog', { name: 'Connect Pixverse' }).waitFor();
    for (let presses = 0; presses < 8; presses += 1) {
      await keys.press('Tab');
      const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement.closest('dialog'));
      assert.equal(outside, false, 'the focus stays in the dialog');
    }
    await keys.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'Connect Pixverse');
  });

  await t.test('arrow_keys_walk_through_the_gallery', async () => {
    await page.goto('/assets');
    await page.locator('.tile-link').first().waitFor();
    await page.locator('.tile-link').first().focus();
    await keys.press('ArrowRight');
    await tileHasFocus(page, 1);
    await keys.press('ArrowDown');
    await page.waitForFunction(() => Number(document.activeElement.dataset.tile) > 1);
    await keys.press('Control+End');
    const last = (await api('GET', '/api/v1/assets/counts')).body.total - 1;
    await page.waitForFunction((at) => Number(document.activeElement.dataset.tile) >= Math.min(59, at), last);
    await keys.press('Control+Home');
    await tileHasFocus(page, 0);
  });

  await t.test('space_selects_and_escape_lets_go', async () => {
    await keys.press('Space');
    await page.getByText('1 selected').first().waitFor();
    await keys.press('Shift+ArrowRight');
    await page.getByText('2 selected').first().waitFor();
    await keys.press('Escape');
    await page.getByText('2 selected').first().waitFor({ state: 'detached' });
  });

  await t.test('slash_is_not_overtaken_by_a_tile_still_to_be_drawn', async () => {
    const pressed = await page.evaluate(async () => {
      const press = (key, ctrlKey = false) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));
      press('End', true);
      press('/');
      for (let frames = 0; frames < 5; frames += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
      return document.activeElement.getAttribute('aria-label');
    });
    assert.equal(pressed, 'Search');
    await page.locator('.tile-link').first().focus();
  });

  await t.test('slash_searches_enter_opens_and_back_returns_to_the_same_tile', async () => {
    await keys.press('/');
    assert.equal(await focused(page), 'Search');
    const { body } = await api('GET', '/api/v1/assets?media_type=video&operation=fusion&limit=1');
    await keys.type(body.items[0].provider_asset_id);
    await page.waitForFunction(() => document.querySelectorAll('.tile-link').length === 1);
    await page.locator('.tile-link').first().focus();
    await keys.press('Enter');
    await page.waitForURL('**/assets/ast_*');
    await page.locator('.gnode-focus').waitFor();
    await tabTo(page, 'Trace to the first picture');
    await keys.press('Enter');
    await page.getByText(/back to where it began/).waitFor();
    await tabTo(page, 'Table');
    await keys.press('Enter');
    await page.getByRole('table', { name: 'Connections' }).waitFor();
    await page.goBack();
    await page.locator('.tile-link').first().waitFor();
  });
});

// Presses Tab until what has the focus carries this name.
async function tabTo(page, name) {
  const isIt = (text) => (typeof name === 'string' ? text === name : name.test(text));
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if (isIt(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${name} was not reached by Tab; the focus is at ${await focused(page)}`);
}

const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText?.trim() ?? '');

const tileHasFocus = (page, at) => page.waitForFunction((tile) => document.activeElement.dataset.tile === String(tile), at);
