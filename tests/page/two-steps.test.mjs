// The import for whoever wants it in two steps: without lineage first, then lineage by the button that says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest } from '../e2e/library.mjs';
import { startSite } from './visit.mjs';

test('an_import_without_lineage_is_finished_by_the_second_step', async (t) => {
  const { link, site, simulator, api } = await startSite(t, { simulator: { videos: 60, images: 40, uploaded_images: 10 } });
  await connect(api);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/providers');

  await t.test('the_steps_stand_in_order_and_say_what_they_do', async () => {
    const steps = await page.locator('.step h3').allInnerTexts();
    assert.deepEqual(steps, ['Scan Library', 'Step 1 of 2: Import Missing Assets', 'Step 2 of 2: Rebuild Lineage']);
    await page.getByText('There is nothing to connect yet: import first.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Rebuild Lineage' }).isDisabled());
  });

  await t.test('the_first_step_says_what_is_missing_without_lineage', async () => {
    const lineage = page.getByRole('checkbox', { name: 'Build lineage too' });
    assert.ok(await lineage.isChecked(), 'on by default');
    await lineage.uncheck();
    await page.getByText('until you run step 2').waitFor();
    await page.getByRole('button', { name: 'Import Missing Assets' }).click();
    await page.getByRole('group', { name: 'Done' }).waitFor({ timeout: 60_000 });
    await page.getByText(/You switched lineage off: \d+ assets wait for this step/).waitFor();
    const [run] = (await api('GET', '/api/v1/runs')).body.items;
    assert.equal(run.create_lineage, 'none');
    assert.equal(run.counts.created, simulator.truth('demo').assets.length);
  });

  await t.test('clips_wait_for_their_lineage_and_say_so', async () => {
    await page.goto('/assets?lineage=pending&type=video');
    await page.locator('.tile', { hasText: 'No lineage yet' }).first().waitFor();
  });

  await t.test('the_second_step_connects_everything', async () => {
    await page.goto('/providers');
    await page.getByRole('button', { name: 'Rebuild Lineage' }).click();
    const edges = simulator.truth('demo').edges.length;
    await page.getByText(new RegExp(`read again: ${edges} connections added, 0 taken away`)).waitFor({ timeout: 60_000 });
    await page.getByText('Already done for you').waitFor();
    assert.equal((await settledDigest(api)).pending_lineage, 0);
  });

  await t.test('a_removed_asset_is_gone_until_it_is_brought_back', async () => {
    await page.goto('/assets?type=image');
    const first = page.locator('.tile').first();
    await first.hover();
    await first.getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('1 asset removed.').waitFor();
    await page.goto('/assets?removed=true');
    await page.locator('.tile', { hasText: 'Removed' }).waitFor();
    await page.locator('.tile').first().hover();
    await page.locator('.tile').first().getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Bring back' }).click();
    await page.getByText('1 asset brought back.').waitFor();
    assert.equal((await api('GET', '/api/v1/assets/counts')).body.removed, 0);
  });
});
