// The lineage graph: where things stand, what stands on the edges, one step at first and more on demand, the way to the
// beginning, parents that nobody knows, and the same in a table.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, settledDigest, sync } from '../e2e/library.mjs';
import { assertAccessible, startSite } from './visit.mjs';

const RELATIONS = {
  SOURCE_IMAGE: 'source image', SOURCE_VIDEO: 'source clip', TRANSITION_INPUT: 'transition still', FUSION_CHARACTER: 'character',
  FUSION_BACKGROUND: 'background', FUSION_REFERENCE: 'fusion reference', REFERENCE_IMAGE: 'reference image', CONTROL_INPUT: 'control input', SOURCE_AUDIO: 'audio',
};
const ENDS = { first: 'first frame', last: 'last frame' };

test('a_graph_can_be_read_and_walked', async (t) => {
  const { link, site, api } = await startSite(t);
  const account = await connect(api);
  await sync(api, account);
  await settledDigest(api);
  const clip = await midway(api);
  const above = await lineage(api, clip, 'ancestors', 1);
  const below = await lineage(api, clip, 'descendants', 1);
  const page = await site.visit(t);
  await page.goto(link());
  await page.waitForURL('**/assets');
  await page.goto(`/assets/${clip}`);
  await page.locator('.gnode-focus').waitFor();

  await t.test('one_step_at_first_ancestors_above_and_descendants_below', async () => {
    const parents = new Set(above.edges.map((edge) => edge.parent));
    const children = new Set(below.edges.map((edge) => edge.child));
    const boxes = await boxesOf(page);
    assert.deepEqual(new Set(boxes.keys()), new Set([clip, ...parents, ...children]));
    const middle = boxes.get(clip);
    for (const id of parents) assert.ok(boxes.get(id).bottom <= middle.top, `${id} stands above`);
    for (const id of children) assert.ok(boxes.get(id).top >= middle.bottom, `${id} stands below`);
  });

  await t.test('sources_stand_from_left_to_right_in_their_order', async () => {
    const boxes = await boxesOf(page);
    const inOrder = [...new Set([...above.edges].sort((one, other) => one.position - other.position).map((edge) => edge.parent))];
    const lefts = inOrder.map((id) => boxes.get(id).left);
    assert.ok(inOrder.length > 1);
    assert.deepEqual(lefts, [...lefts].sort((one, other) => one - other));
  });

  await t.test('relation_and_order_stand_on_every_edge', async () => {
    const told = [...above.edges, ...below.edges].map((edge) => `${RELATIONS[edge.relation]} · ${ENDS[edge.anchor] ?? `#${edge.position + 1}`}`);
    assert.deepEqual((await page.locator('.edge-label').allInnerTexts()).sort(), told.sort());
  });

  await t.test('what_is_cut_says_how_much_and_shows_it', async () => {
    const cut = above.nodes.find(({ cut, more }) => cut && more > 0);
    assert.ok(cut, 'a parent has parents of its own');
    const known = (await boxesOf(page)).size;
    await nodeOf(page, cut.id).getByRole('button', { name: `Show ${cut.more} more above` }).click();
    const grown = await lineage(api, cut.id, 'ancestors', 1);
    for (const { id } of grown.nodes) await nodeOf(page, id).waitFor();
    assert.ok((await boxesOf(page)).size > known);
    assert.equal(await nodeOf(page, cut.id).getByRole('button', { name: /above/ }).count(), 0, 'nothing is left above it');
  });

  await t.test('a_node_leads_to_its_asset', async () => {
    const [{ parent }] = above.edges;
    await nodeOf(page, parent).getByRole('link').click();
    await page.waitForURL(`**/assets/${parent}`);
    await page.locator('.gnode-focus').waitFor();
    await page.goBack();
    await page.waitForURL(`**/assets/${clip}`);
    await page.locator('.gnode-focus').waitFor();
  });

  await t.test('the_way_to_the_beginning_is_highlighted', async () => {
    const all = await lineage(api, clip, 'ancestors', 20);
    await page.getByRole('button', { name: 'Trace to the first picture' }).click();
    await page.getByText('back to where it began').waitFor();
    await page.waitForFunction((edges) => document.querySelectorAll('.edge-path').length === edges, all.edges.length);
    await page.waitForFunction(() => {
      const frame = document.querySelector('.lineage-graph').getBoundingClientRect();
      const boxes = [...document.querySelectorAll('.gnode-path')].map((node) => node.getBoundingClientRect());
      return boxes.every(({ top, bottom, left, right }) => top >= frame.top && bottom <= frame.bottom && left >= frame.left && right <= frame.right);
    });
    const onPath = await page.locator('.gnode-path .gnode-link').evaluateAll((links) => links.map((link) => link.getAttribute('href').split('/').at(-1)));
    assert.deepEqual(new Set(onPath), new Set(all.nodes.map(({ id }) => id)));
    for (const { child } of below.edges) assert.ok(!onPath.includes(child), 'what was made of it is not on the way');
    await assertAccessible(page, 'a traced graph');
  });

  await t.test('a_table_has_every_edge_and_every_node_of_the_graph', async () => {
    const nodes = await boxesOf(page);
    const more = await page.locator('.gnode-more').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')).sort());
    const labels = (await page.locator('.edge-label').allInnerTexts()).sort();
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    const edges = page.getByRole('table', { name: 'Connections' }).locator('tbody tr');
    const read = await edges.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
    const said = read.map(([, relation, order]) => `${relation.replace(/ \(.*\)$/, '')} · ${/(first|last) frame/.exec(order)?.[0] ?? order}`);
    assert.deepEqual(said.sort(), labels);
    const rows = page.getByRole('table', { name: 'Assets in this graph' }).locator('tbody tr');
    const linked = await rows.locator('td:first-child a').evaluateAll((links) => links.map((link) => link.getAttribute('href').split('/').at(-1)));
    assert.deepEqual(new Set([...linked, clip]), new Set(nodes.keys()));
    const open = await rows.locator('button').evaluateAll((buttons) => buttons.map((button) => button.innerText.trim()).sort());
    assert.deepEqual(open, more);
    const depth = Math.max(...(await lineage(api, clip, 'ancestors', 20)).nodes.map((node) => node.depth));
    await rows.getByRole('cell', { name: `${depth} above` }).first().waitFor();
    await assertAccessible(page, 'lineage as a table');
  });

  await t.test('the_table_grows_like_the_graph', async () => {
    const rows = page.getByRole('table', { name: 'Assets in this graph' }).locator('tbody tr');
    const before = await rows.count();
    await rows.locator('button', { hasText: 'Show children' }).or(rows.locator('button', { hasText: 'more below' })).first().click();
    await page.waitForFunction((known) => document.querySelectorAll('.lineage-table')[1].tBodies[0].rows.length > known, before);
  });

  await t.test('parents_that_nobody_knows_are_drawn_as_such', async () => {
    const child = await handIn(api, account);
    await page.goto(`/assets?q=${child}`);
    await page.locator('.tile', { hasText: 'Some parents unknown' }).waitFor();
    await page.goto(`/assets/${child}`);
    await page.locator('.gnode-focus').waitFor();
    const { nodes } = await lineage(api, child, 'ancestors', 1);
    const stub = nodes.find((node) => node.parent_unknown);
    await page.locator('.gnode-unknown', { has: page.locator(`a[href="/assets/${stub.id}"]`) }).getByText('seen only as a source').waitFor();
    await page.locator('.gnode-ghost').getByText('Unknown parent').waitFor();
    assert.equal(await page.locator('.gnode-ghost').count(), 1);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    const rows = page.getByRole('table', { name: 'Assets in this graph' }).getByRole('row');
    await rows.filter({ hasText: 'This asset' }).filter({ hasText: 'Unknown parent' }).waitFor();
    await rows.filter({ hasText: 'Seen only as a source' }).filter({ hasText: '1 above' }).waitFor();
  });
});

const lineage = async (api, id, direction, depth) => (await api('GET', `/api/v1/assets/${id}/lineage?direction=${direction}&depth=${depth}&max_nodes=200`)).body;

const nodeOf = (page, id) => page.locator('.gnode', { has: page.locator(`a[href="/assets/${id}"]`) });

// Every asset of the graph with the place where it stands.
async function boxesOf(page) {
  const boxes = await page.locator('.gnode:has(.gnode-link)').evaluateAll((nodes) =>
    nodes.map((node) => {
      const { top, bottom, left } = node.getBoundingClientRect();
      return [node.querySelector('.gnode-link').getAttribute('href').split('/').at(-1), { top, bottom, left }];
    }),
  );
  return new Map(boxes);
}

// A clip of several sources, of which something was made, and one of whose sources has sources of its own.
async function midway(api) {
  const { items } = (await api('GET', '/api/v1/assets?media_type=video&status=completed&limit=200')).body;
  for (const { id } of items.filter(({ operation }) => ['fusion', 'video_transition', 'image_to_video'].includes(operation))) {
    const [above, below] = await Promise.all(['ancestors', 'descendants'].map((direction) => lineage(api, id, direction, 1)));
    const parents = new Set(above.edges.map((edge) => edge.parent));
    if (parents.size > 1 && below.edges.length > 0 && above.nodes.some(({ cut, more }) => cut && more > 0)) return id;
  }
  throw new Error('the library has no such clip');
}

// A clip that names one source that can be read and others that cannot.
async function handIn(api, account) {
  const row = { video_id: 431999999999160, video_status: 1, create_mode: 'i2v', customer_paths: { customer_img_urls: [12345, {}, 'foo/bar.jpg', 'upload/never-listed.png'] } };
  const handed = await api('POST', `/api/v1/accounts/${account.id}/pages?media_type=video`, { items: [row] });
  assert.equal(handed.status, 200, JSON.stringify(handed.body));
  return (await api('GET', '/api/v1/assets?q=431999999999160')).body.items[0].id;
}
