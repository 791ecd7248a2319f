// An import that is held and goes on, what the account says after it, and imports that start by themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect } from '../e2e/library.mjs';
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
