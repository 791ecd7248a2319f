// An import that is held and goes on, what the account says after it, and imports that start by themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, ended, sync, until } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

test('an_import_is_paused_and_goes_on_to_its_end', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 200, images: 60, quirks: { latency_ms: 1000 } } });
  await connect(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/providers');

  await t.test('it_stands_still_while_it_is_paused', async () => {
    await page.getByRole('button', { name: 'Import Missing Assets' }).click();
    await page.getByText(/[\d.,]+ a second · about .+ left/).waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('You paused it.').waitFor();
    const [run] = (await api('GET', '/api/v1/runs')).body.items;
    assert.deepEqual([run.state, run.paused.reason], ['paused', 'by_you']);
    await assertAccessible(page, 'a paused import');
  });

  await t.test('it_goes_on_and_the_account_says_what_is_here', async () => {
    await fetch(`${simulator.url}/__sim/quirks`, { method: 'POST', body: JSON.stringify({ latency_ms: 0 }) });
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await page.getByRole('group', { name: 'Done' }).waitFor({ timeout: 60_000 });
    const [run] = (await api('GET', '/api/v1/runs')).body.items;
    assert.equal(run.counts.created, simulator.truth('demo').assets.length);
    await page.reload();
    const [account] = (await api('GET', '/api/v1/accounts')).body.accounts;
    assert.match(account.reconciliation, /Everything at Pixverse is here/);
    await page.getByText(/^Everything at Pixverse is here/).waitFor();
  });

  await t.test('imports_can_start_by_themselves', async () => {
    await page.getByLabel('Import new assets by itself').selectOption('daily');
    await page.getByText('New assets are imported every day.').waitFor();
    assert.equal((await api('GET', '/api/v1/accounts')).body.accounts[0].auto_sync, 'daily');
    await page.reload();
    assert.equal(await page.getByLabel('Import new assets by itself').inputValue(), 'daily');
    await assertAccessible(page, 'an account');
  });
});

test('an_import_goes_on_while_the_page_is_offline_and_is_shown_again_after', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 400, images: 60, quirks: { latency_ms: 1000 } } });
  await connect(api);
  const page = await site.visit(t, { expected: [/net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED)/] });
  await page.goto(link());
  await page.waitForURL('**/providers');
  const run = page.getByRole('group', { name: 'Running' });
  const shown = async () => Number((await run.getByRole('status').innerText()).split(' ')[0]);
  const seen = async () => (await api('GET', '/api/v1/runs')).body.items[0].counts.seen;
  let before;

  await t.test('without_a_connection_the_progress_is_said_to_be_from_before', async () => {
    await page.getByRole('button', { name: 'Import Missing Assets' }).click();
    await run.getByText(/^[1-9]\d* of \d+$/).waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline. What you see is from before', { exact: false }).waitFor();
    before = await shown();
    await until((rows) => rows > before, seen);
    assert.equal(await shown(), before, 'nothing reaches the page');
    assert.equal(await page.getByRole('alert').count(), 0, 'it is no failure of the import');
    await assertAccessible(page, 'an import without a connection');
  });

  await t.test('with_it_the_progress_goes_on_by_itself_to_the_right_number', async () => {
    assert.equal((await api('GET', '/api/v1/runs')).body.items[0].state, 'active', 'it is still in its middle');
    await page.context().setOffline(false);
    await page.getByText('You are offline.', { exact: false }).waitFor({ state: 'detached' });
    await until((rows) => rows > before, shown);
    await fetch(`${simulator.url}/__sim/quirks`, { method: 'POST', body: JSON.stringify({ latency_ms: 0 }) });
    const done = page.getByRole('group', { name: 'Done' });
    await done.waitFor({ timeout: 60_000 });
    const all = simulator.truth('demo').assets.length;
    assert.equal(await done.getByRole('status').innerText(), `${all} seen`);
    const { items } = (await api('GET', '/api/v1/runs')).body;
    assert.deepEqual(items.map(({ state, counts }) => [state, counts.created]), [['done', all]], 'one run, and no row of it twice');
  });
});

test('an_import_that_failed_goes_on_from_activity_as_the_same_run', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 200, images: 60 } });
  const fault = { path: 'asset/library/list', kind: 'err_code', code: 500020, skip: 2 };
  await fetch(`${simulator.url}/__sim/faults`, { method: 'POST', body: JSON.stringify([fault]) });
  const failed = await sync(api, await connect(api));
  assert.deepEqual([failed.state, failed.error.class], ['failed', 'forbidden']);
  assert.ok(failed.counts.created > 0, 'it failed in its middle');
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');
  await page.goto('/activity');
  const shown = page.getByRole('group', { name: 'Failed, Demo' });
  await shown.getByRole('alert').waitFor();
  await assertAccessible(page, 'a failed import');
  await shown.getByRole('button', { name: 'Go on' }).click();
  const done = page.getByRole('group', { name: 'Done, Demo' });
  await done.waitFor({ timeout: 60_000 });
  const all = simulator.truth('demo').assets.length;
  assert.equal(await done.getByRole('status').innerText(), `${all} seen`);
  assert.equal(await page.getByRole('alert').count(), 0, 'what failed is overcome');
  const run = await ended(api, `/api/v1/runs/${failed.id}`);
  assert.deepEqual([run.state, run.complete, run.counts.created], ['done', true, all]);
  assert.deepEqual((await api('GET', '/api/v1/runs')).body.items.map(({ id }) => id), [failed.id], 'no other run was begun');
});
