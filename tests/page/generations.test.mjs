// Media made here: the list, one generation followed while it is made, its output one click away, and back from the output.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest, sync } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

// Its clock stands still: what is made is finished after it was looked at twice.
const SIMULATOR = { videos: 6, images: 4, uploaded_images: 1, now_ms: Date.now(), quirks: { finish_after_looks: 2 } };

test('a_generation_is_followed_to_its_output', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: SIMULATOR });
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
    await page.getByRole('status').getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
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

test('a_form_that_knows_the_limits_makes_something_new', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: SIMULATOR });
  const account = await connect(api);
  await sync(api, account);
  await settledDigest(api);
  let made = null;
  const { items } = (await api('GET', '/api/v1/assets?media_type=image&status=completed&limit=100')).body;
  const still = items.find(({ making, remote_url: url }) => making === 'created' && url !== null);
  // The refusal is what the second step is about.
  const page = await site.visit(t, { expected: [/status of 422/] });
  await page.goto(link());
  await page.waitForURL('**/assets');

  await t.test('an_operation_brings_its_own_fields', async () => {
    await page.getByRole('link', { name: 'Generations', exact: true }).click();
    await page.getByLabel('Operation').selectOption({ label: 'Image to video' });
    await page.getByLabel('Prompt', { exact: true }).fill('she turns around');
    await page.getByText('16 of ').waitFor();
    await assertAccessible(page, 'the form');
  });

  await t.test('what_is_refused_is_told_at_its_field', async () => {
    await page.getByLabel('seed').fill('many');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    const seed = page.locator('.field', { has: page.getByLabel('seed') });
    await seed.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Prompt', { exact: true }).inputValue(), 'she turns around');
    await assertAccessible(page, 'a refused form');
    await page.getByLabel('seed').fill('7');
  });

  await t.test('an_input_is_found_in_the_library', async () => {
    await page.getByLabel('Find in the library').fill(still.id);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByRole('button', { name: `Use ${still.id}` }).click();
    await page.getByRole('link', { name: still.id }).waitFor();
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.waitForURL('**/generate/gen_*');
    made = page.url();
    const { body } = await api('GET', `/api/v1/generations/${page.url().split('/').at(-1)}`);
    assert.deepEqual(
      [body.operation, body.prompt, body.parameters.seed, body.inputs.map(({ asset_id: id, relation }) => [id, relation])],
      ['image_to_video', 'she turns around', 7, [[still.id, 'SOURCE_IMAGE']]],
    );
    await page.getByRole('status').getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
  });

  await t.test('an_input_by_a_link_alone_is_made_again_with_it', async () => {
    const url = 'https://media.pixverse.ai/upload/0f3c2f6e-5d0b-4a8e-9b1d-2f1f6f0c7a11.png';
    const inputs = [{ url, relation: 'SOURCE_IMAGE', position: 0 }];
    const asked = await api('POST', '/api/v1/generations', { account_id: account.id, operation: 'image_to_video', prompt: 'from afar', inputs });
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    await page.goto(`/generate/${asked.body.id}`);
    await page.getByText(url).waitFor();
    await page.getByRole('status').getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Output 1' }).click();
    await page.getByRole('link', { name: 'Use again' }).click();
    await page.getByRole('button', { name: `Take away ${url}` }).waitFor();
    await assertAccessible(page, 'a form with a linked input');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.waitForURL('**/generate/gen_*');
    const { body } = await api('GET', `/api/v1/generations/${page.url().split('/').at(-1)}`);
    assert.deepEqual(body.inputs.map(({ url: given, relation }) => [given, relation]), [[url, 'SOURCE_IMAGE']]);
  });

  await t.test('a_link_that_the_library_does_not_know_can_be_used_as_it_is', async () => {
    await page.goto('/generate');
    await page.getByLabel('Operation').selectOption({ label: 'Image to video' });
    const url = 'https://media.pixverse.ai/upload/1b3c2f6e-5d0b-4a8e-9b1d-2f1f6f0c7a22.png';
    await page.getByLabel('Find in the library').fill(url);
    await page.getByLabel('Find in the library').press('Enter');
    await page.getByRole('button', { name: 'Use the link as it is' }).click();
    await page.getByRole('button', { name: `Take away ${url}` }).click();
    assert.equal(await page.getByRole('button', { name: /^Take away/ }).count(), 0);
  });

  await t.test('an_output_fills_the_form_again', async () => {
    await page.goto(made);
    await page.getByRole('link', { name: 'Output 1' }).click();
    await page.getByRole('link', { name: 'Use again' }).click();
    await page.getByRole('link', { name: still.id }).waitFor();
    assert.equal(await page.getByLabel('Prompt', { exact: true }).inputValue(), 'she turns around');
    assert.equal(await page.getByLabel('seed').inputValue(), '7');
    assert.equal(await page.getByLabel('Operation').locator('option:checked').innerText(), 'Image to video');
  });
});

test('an_agent_is_asked_from_the_form_with_nothing_that_nobody_documents', async (t) => {
  const { link, site, api } = await startSite(t, { simulator: SIMULATOR });
  const credential = { type: 'api_key', value: 'demo-api-key' };
  const { status } = await api('POST', '/api/v1/accounts', { provider_id: 'pixverse', api: 'open_platform', label: 'Key', credential });
  assert.equal(status, 201);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/*s');
  await page.goto('/generate');
  await page.getByLabel('Operation').selectOption({ label: 'Agent' });
  assert.deepEqual(await page.getByLabel('Model').locator('option').allInnerTexts(), ['Left out', 'pro', 'fast']);
  await page.getByRole('group', { name: /^Reference image · any number · / }).waitFor();
  await page.getByLabel('agent id').fill('414562414124109');
  await page.getByLabel('product url').fill('https://shop.example/cups');
  await assertAccessible(page, 'the form of an agent');
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.waitForURL('**/generate/gen_*');
  const { body } = await api('GET', `/api/v1/generations/${page.url().split('/').at(-1)}`);
  assert.deepEqual([body.operation, body.model, body.parameters], ['video_agent', null, { agent_id: '414562414124109', product_url: 'https://shop.example/cups' }]);
});
