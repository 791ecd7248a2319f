// What an import leaves to a person: the part of the library that it did not see, assets that are not there any more, a step
// whose message was given up. Each says what its button does, and does that.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, ended, sync } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

const runsOf = async (api) => (await api('GET', '/api/v1/runs')).body.items;

test('an_import_that_was_cancelled_is_filled_by_another', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 200, images: 30, quirks: { latency_ms: 700 } } });
  await connect(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/providers');

  await t.test('it_says_what_was_not_looked_at', async () => {
    await page.getByRole('button', { name: 'Import Missing Assets' }).click();
    await page.getByText(/^[1-9]\d* of \d+$/).waitFor();
    await page.getByRole('button', { name: 'Cancel import' }).click();
    await page.getByText('It ended before it had seen the whole library.', { exact: false }).waitFor();
    const said = await page.locator('.note', { hasText: 'It ended before' }).innerText();
    const [run] = await runsOf(api);
    for (const { listing, unscanned } of run.listings) {
      if (unscanned?.at_most > 0) assert.ok(said.includes(`at most ${unscanned.at_most} `), `${listing}: ${said}`);
    }
    assert.match(said, /not looked at: .*images/i);
    assert.match(said, /an import of its own, which brings in what is missing there/);
    await assertAccessible(page, 'an import with an unscanned part');
  });

  await t.test('the_button_imports_the_rest_and_no_more', async () => {
    await fetch(`${simulator.url}/__sim/quirks`, { method: 'POST', body: JSON.stringify({ latency_ms: 0 }) });
    await page.getByRole('button', { name: 'Import the rest' }).click();
    await page.getByRole('group', { name: 'Done' }).waitFor({ timeout: 60_000 });
    const [filling, first] = await runsOf(api);
    assert.deepEqual([filling.fills, first.filled_by], [first.id, filling.id]);
    assert.equal(first.counts.created + filling.counts.created, simulator.truth('demo').assets.length);
    await page.goto('/activity');
    await page.getByText('A later import has looked at the rest.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Import the rest' }).count(), 0);
  });
});

test('what_went_missing_is_marked_after_a_confirmation', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 60, images: 20, uploaded_images: 5 } });
  const account = await connect(api);
  await sync(api, account);
  const gone = simulator.truth('demo').assets.filter(({ media_type: type, making }) => type === 'video' && making === 'created').slice(0, 30);
  for (const { id } of gone) await fetch(`${simulator.url}/__sim/rows?media_type=video&id=${id}`, { method: 'DELETE' });
  await sync(api, account, { strategy: 'full' });
  const page = await site.visit(t);
  await page.goto(link());
  await page.goto('/providers');

  await t.test('it_says_how_many_and_what_confirming_does', async () => {
    const note = page.locator('.note', { hasText: 'are not there any more' });
    await note.waitFor();
    assert.match(await note.innerText(), /^30 assets that were in the library before are not there any more\./);
    assert.match(await note.innerText(), /Nothing is deleted, and what shows up again loses the mark\./);
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.missing, 0, 'nothing is marked before');
    await assertAccessible(page, 'a confirmation');
  });

  await t.test('confirmed_they_are_marked_and_shown_so', async () => {
    await page.getByRole('button', { name: 'Confirm: mark 30 assets as missing' }).click();
    await page.locator('.note', { hasText: 'are not there any more' }).waitFor({ state: 'detached' });
    await ended(api, `/api/v1/runs/${(await runsOf(api))[0].id}`);
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.missing, 30);
    await page.goto(`/assets?q=${gone[0].id}`);
    await page.locator('.tile', { hasText: 'Missing upstream' }).waitFor();
  });
});

test('a_step_whose_message_was_given_up_is_tried_again_from_activity', async (t) => {
  const { link, site, api, harness } = await startSite(t, { simulator: { videos: 6, images: 6 }, byHand: true });
  const account = await connect(api);
  const run = (await api('POST', `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`, {})).body.id;
  const job = (await api('POST', '/api/v1/drift/scan', {})).body.id;
  await (await harness.d1()).prepare("UPDATE jobs SET dead_step = step, dead_ms = 1, trouble = 'the provider hung up'").run();
  const deadLetterOf = async (path) => (await api('GET', path)).body.dead_letter;
  const page = await site.visit(t);
  await page.goto(link());

  for (const [tab, path] of [['Imports', `/api/v1/runs/${run}`], ['Jobs', `/api/v1/jobs/${job}`]]) {
    await t.test(`among_the_${tab.toLowerCase()}`, async () => {
      await page.goto('/activity');
      await page.getByRole('tab', { name: tab }).click();
      await page.getByText('the provider hung up').waitFor();
      assert.equal((await deadLetterOf(path)).reason, 'the provider hung up');
      await assertAccessible(page, `a dead letter among the ${tab}`);
      await page.getByRole('button', { name: 'Try again now' }).click();
      await page.getByText('the provider hung up').waitFor({ state: 'detached' });
      assert.equal(await deadLetterOf(path), null);
    });
  }

  await t.test('a_run_is_paused_and_cancelled_there_as_well', async () => {
    await page.goto('/activity');
    const shown = page.getByRole('group', { name: 'Running, Demo' });
    await shown.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('group', { name: 'Paused, Demo' }).getByRole('button', { name: 'Go on' }).click();
    await shown.getByRole('button', { name: 'Cancel import' }).click();
    await page.getByRole('group', { name: 'Cancelled, Demo' }).waitFor();
    assert.equal((await api('GET', `/api/v1/runs/${run}`)).body.state, 'cancelled');
  });
});
