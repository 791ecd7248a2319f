// When things go wrong: the provider fails, a token ends, the connection goes. The page says what happened in the service's
// words, and what to do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect } from '../e2e/library.mjs';
import { startSite } from './visit.mjs';

const LIBRARY = { videos: 60, images: 20, uploaded_images: 5 };
// Chromium writes a line for every answer of 400 and above, and for a connection that fails.
const REFUSED = /Failed to load resource: the server responded with a status of (401|404|422|502)/;
const NO_CONNECTION = /net::ERR_(INTERNET_DISCONNECTED|FAILED)/;

test('trouble_is_told_and_mended', async (t) => {
  const { link, site, simulator, api, harness, token } = await startSite(t, { simulator: LIBRARY });
  await connect(api);
  const faults = (body) => fetch(`${simulator.url}/__sim/faults`, { method: body ? 'POST' : 'DELETE', ...(body && { body: JSON.stringify(body) }) });

  await t.test('a_scan_that_the_provider_refuses_says_so_and_can_be_repeated', async (t) => {
    const page = await site.visit(t, { expected: [REFUSED] });
    await page.goto(link());
    await page.waitForURL('**/providers');
    await faults([{ path: '*', kind: 'unavailable', times: 60 }]);
    await page.getByRole('button', { name: 'Scan Library' }).click();
    const note = page.getByRole('alert');
    await note.waitFor();
    assert.match(await note.innerText(), /provider/i);
    assert.match(await note.innerText(), /Nothing was changed\. Try again in a minute/);
    await faults();
    await note.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Scanned just now').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
  });

  await t.test('an_import_that_the_provider_refuses_waits_and_says_for_what', async (t) => {
    const page = await site.visit(t);
    await page.goto(link());
    await page.waitForURL('**/providers');
    await faults([{ path: '*', kind: 'err_code', code: 10005, message: 'user is logged in elsewhere', times: 60 }]);
    await page.getByRole('button', { name: 'Import Missing Assets' }).click();
    const run = page.getByRole('group', { name: 'Paused' });
    await run.waitFor({ timeout: 30_000 });
    assert.match(await run.innerText(), /connect it again and it goes on by itself/);
    await page.getByRole('button', { name: 'Check account' }).click();
    await page.getByText('Sign in again').first().waitFor();
    await page.getByRole('button', { name: 'Connect again' }).waitFor();
    await faults();
  });

  await t.test('an_expired_token_leads_to_the_sign_in_and_back', async (t) => {
    const made = await api('POST', '/api/v1/tokens', { name: 'short-lived' });
    const page = await site.visit(t, { expected: [REFUSED] });
    await page.goto(link(made.body.token));
    await page.waitForURL('**/providers');
    await page.goto('/settings');
    await page.getByText('short-lived').waitFor();
    await api('DELETE', `/api/v1/tokens/${made.body.id}`);
    await page.getByRole('link', { name: 'Assets', exact: true }).click();
    await page.getByText('Your token is no longer accepted.', { exact: false }).waitFor();
    await page.getByLabel('Token').fill('dl_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The service does not know this token.').waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Assets' }).waitFor();
  });

  await t.test('a_link_does_not_switch_the_library_without_asking', async (t) => {
    const page = await site.visit(t);
    await page.goto(link());
    await page.waitForURL('**/providers');
    await page.goto(`${harness.url}/providers#token=dl_of-somebody-else`);
    await page.getByRole('dialog', { name: 'Use the token in this link?' }).waitFor();
    await page.getByRole('button', { name: 'Stay as I am' }).click();
    await page.getByRole('heading', { name: 'Demo' }).waitFor();
    assert.doesNotMatch(page.url(), /token/);
  });

  await t.test('without_a_connection_the_page_says_so_and_recovers', async (t) => {
    const page = await site.visit(t, { expected: [NO_CONNECTION] });
    await page.goto(link());
    await page.waitForURL('**/providers');
    await page.context().setOffline(true);
    await page.getByText('You are offline.', { exact: false }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.', { exact: false }).waitFor({ state: 'detached' });
  });

  await t.test('an_asset_that_is_not_there_is_a_problem_in_words', async (t) => {
    const page = await site.visit(t, { expected: [REFUSED] });
    await page.goto(link());
    await page.waitForURL('**/providers');
    await page.goto('/assets/ast_00000000000000000000000000');
    const note = page.getByRole('alert');
    await note.waitFor();
    assert.match(await note.innerText(), /There is no such thing here/);
  });
});
