// An account from the first button to its removal: connected by a code, by a key, checked, renamed, removed.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible, startSite } from './visit.mjs';

const SIMULATOR = { videos: 6, images: 4, quirks: { device_interval_s: 1 } };
const REFUSED = /status of (401|403|422|502)/;

test('accounts_come_and_go', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: SIMULATOR });
  const control = (path, body) => fetch(`${simulator.url}/__sim/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const accounts = async () => (await api('GET', '/api/v1/accounts')).body.accounts;
  const page = await site.visit(t, { expected: [REFUSED] });
  const dialog = page.getByRole('dialog');
  await page.goto(link());
  await page.waitForURL('**/providers');

  await t.test('connect_is_the_first_button_and_the_page_says_why', async () => {
    assert.equal(await page.locator('main button').first().innerText(), 'Connect Pixverse');
    await page.getByRole('heading', { name: 'Connect your first account' }).waitFor();
    await assertAccessible(page, 'without an account');
  });

  await t.test('where_each_credential_comes_from_is_told', async () => {
    const told = (await api('GET', '/api/v1/providers')).body.providers.flatMap(({ apis }) => apis.flatMap(({ credentials }) => credentials));
    assert.ok(told.length > 2);
    const help = page.getByRole('region', { name: 'What each credential opens' });
    for (const { comes_from: text } of told) await help.getByText(text).first().waitFor();
  });

  await t.test('a_code_that_is_denied_says_so_and_another_can_be_had', async () => {
    await page.locator('main button').first().click();
    await dialog.getByRole('button', { name: 'Get a code' }).click();
    await control('device/deny', { user_code: await dialog.locator('output').innerText() });
    await dialog.getByText('The request was denied at Pixverse.').waitFor({ timeout: 15_000 });
    await dialog.getByRole('button', { name: 'Get another code' }).click();
    await dialog.getByRole('button', { name: 'Get a code' }).waitFor();
  });

  await t.test('code_link_done', async () => {
    await dialog.getByLabel('Name of the account here').fill('Mine');
    await dialog.getByRole('button', { name: 'Get a code' }).click();
    const code = await dialog.locator('output').innerText();
    const href = await dialog.getByRole('link', { name: 'Open Pixverse and confirm' }).getAttribute('href');
    assert.ok(href.includes(code), href);
    await assertAccessible(page, 'a code');
    await control('device/approve', { user_code: code, account: 'demo' });
    await page.getByText('Mine is connected').waitFor({ timeout: 15_000 });
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    assert.deepEqual((await accounts()).map(({ label, credential_type: type }) => [label, type]), [['Mine', 'token']]);
  });

  await t.test('a_wrong_key_is_refused_with_what_to_do', async () => {
    await page.getByRole('button', { name: 'Add by key' }).click();
    for (const name of ['Access key', 'Device token', 'Open platform API key']) await dialog.getByRole('radio', { name }).waitFor();
    await dialog.getByText('its own command line reads it from PIXVERSE_ACCESS_KEY', { exact: false }).waitFor();
    await dialog.getByLabel('Credential', { exact: true }).fill('not-a-key');
    await dialog.getByRole('button', { name: 'Add account' }).click();
    assert.match(await dialog.getByRole('alert').innerText(), /Check that the whole credential was pasted/);
    await assertAccessible(page, 'a refused key');
  });

  await t.test('a_key_adds_the_team_workspace', async () => {
    await dialog.getByLabel('Credential', { exact: true }).fill('demo-access-key');
    await dialog.getByLabel('Name here').fill('Team');
    await dialog.getByLabel('Team workspace number').fill('77');
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await page.getByText('Team was added').waitFor();
    assert.deepEqual((await accounts()).map(({ label, workspace_id: id }) => [label, id]).sort(), [['Mine', '0'], ['Team', '77']]);
  });

  await t.test('a_check_brings_credits_and_the_name_of_the_workspace', async () => {
    const card = page.getByRole('region', { name: 'Team' });
    await card.getByText('Not asked yet').waitFor();
    await card.getByRole('button', { name: 'Check account' }).click();
    await card.getByText('Studio').waitFor();
    const checked = (await api('POST', `/api/v1/accounts/${(await accounts()).find(({ label }) => label === 'Team').id}/check`)).body;
    const credits = Object.values(checked.credits).reduce((sum, left) => sum + left, 0);
    assert.ok(credits > 0);
    await card.getByText(new Intl.NumberFormat('en').format(credits), { exact: true }).waitFor();
  });

  await t.test('an_account_is_renamed', async () => {
    await page.getByRole('button', { name: 'More for Team' }).click();
    await page.getByRole('button', { name: 'Rename' }).click();
    await dialog.getByLabel('Name').fill('Agency');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'Agency' }).waitFor();
    assert.ok((await accounts()).some(({ label }) => label === 'Agency'));
  });

  await t.test('a_removal_says_what_stays_and_asks_first', async () => {
    await page.getByRole('button', { name: 'More for Agency' }).click();
    await page.getByRole('button', { name: 'Remove account' }).click();
    await dialog.getByText('Assets that were imported stay.', { exact: false }).waitFor();
    assert.equal((await accounts()).length, 2);
    await dialog.getByRole('button', { name: 'Remove account' }).click();
    await page.getByText('Agency was removed. Its assets stay.').waitFor();
    assert.deepEqual((await accounts()).map(({ label }) => label), ['Mine']);
  });
});
