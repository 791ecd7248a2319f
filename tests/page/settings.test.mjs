// Settings: tokens that are shown once and locked out at once, and an appearance that stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible, startSite } from './visit.mjs';

test('tokens_and_appearance', async (t) => {
  const { link, site, api, harness } = await startSite(t, { simulator: { videos: 1, images: 1 } });
  const page = await site.visit(t);
  const tokens = page.getByRole('region', { name: 'Tokens' });
  await page.goto(link());
  await page.waitForURL('**/providers');
  await page.getByRole('link', { name: 'Settings' }).click();
  let made = null;

  await t.test('a_token_is_shown_once_and_opens_what_is_yours', async () => {
    await tokens.getByLabel('Name').fill('laptop');
    await tokens.getByRole('button', { name: 'Make a token' }).click();
    await tokens.getByText('Copy it now: it is shown this once.').waitFor();
    made = await tokens.locator('.note code').innerText();
    assert.equal((await ask(harness, made)).status, 200);
    await assertAccessible(page, 'a new token');
    await page.reload();
    await tokens.getByText('laptop').waitFor();
    assert.equal(await page.getByText(made).count(), 0);
  });

  await t.test('a_revoked_token_is_locked_out_after_a_question', async () => {
    await tokens.getByRole('button', { name: 'Revoke laptop' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke laptop?' });
    await question.getByText('Whatever uses it is locked out at once.').waitFor();
    assert.equal((await ask(harness, made)).status, 200, 'nothing happens before the answer');
    await question.getByRole('button', { name: 'Revoke' }).click();
    await tokens.getByText(/^revoked /).waitFor();
    assert.equal((await ask(harness, made)).status, 401);
  });

  await t.test('a_chosen_appearance_stays', async () => {
    const canvasIs = (scheme) => page.waitForFunction((dark) => {
      const [red] = getComputedStyle(document.body).backgroundColor.match(/\d+/g);
      return dark ? red < 60 : red > 200;
    }, scheme === 'dark');
    await canvasIs('light');
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await canvasIs('dark');
    await page.reload();
    await tokens.waitFor();
    await canvasIs('dark');
    await page.getByRole('button', { name: 'As the system', exact: true }).click();
    await canvasIs('light');
  });

  await t.test('signing_out_forgets_the_token_here_and_keeps_it_valid', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Driftline' }).waitFor();
    assert.equal(await page.evaluate(() => Object.values(localStorage).some((text) => text.includes('dl_'))), false);
    assert.equal((await api('GET', '/api/v1/accounts')).status, 200);
  });
});

const ask = (harness, token) => harness.fetch('/api/v1/accounts', { headers: { authorization: `Bearer ${token}` } });
