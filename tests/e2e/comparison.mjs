// What the tables hold and what the simulator knows, in one form, so that they can be compared whole.

// Every asset and every edge in force, read from the Worker's database.
export async function fromTables(harness) {
  const database = await harness.d1();
  const rows = async (sql) => (await database.prepare(sql).all()).results;
  const assets = await rows('SELECT id, root, roots, status, operation, origin, evidence FROM assets');
  const holders = new Map((await rows('SELECT root, asset FROM claims WHERE alias = root')).map((row) => [row.root, row.asset]));
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const edges = [];
  for (const edge of await rows('SELECT child, evidence, slot, parent, relation, operation FROM edges')) {
    const child = byId.get(holders.get(edge.child));
    const parent = byId.get(holders.get(edge.parent));
    if (edge.evidence !== child.evidence || parent === child) continue;
    edges.push([child.root, parent.root, edge.relation, edge.operation, edge.slot].join(' '));
  }
  const seen = assets.filter((asset) => asset.origin !== 'referenced');
  return {
    assets: seen.map(({ root, status, operation }) => [root, status, operation].join(' ')).sort(),
    stubs: assets.filter((asset) => asset.origin === 'referenced').map(({ root }) => root).sort(),
    edges: edges.sort(),
  };
}

// The same out of the simulator's truth.
export function fromTruth(truth) {
  const keyed = new Map(truth.stubs.filter((stub) => stub.key && stub.id).map((stub) => [stub.key, stub]));
  const rootOf = (one) => {
    if (one.id) return `id:pixverse:library:${one.media_type}:${one.making}:${one.id}`;
    return keyed.has(one.key) ? rootOf(keyed.get(one.key)) : `key:pixverse:${one.key}`;
  };
  return {
    // Uploads have no status at the provider; one that is there is complete.
    assets: truth.assets.map((one) => [rootOf(one), one.status ?? 'completed', one.operation ?? ''].join(' ')).sort(),
    stubs: truth.stubs.map(rootOf).sort(),
    edges: truth.edges
      .map((edge) => [rootOf(edge.child), rootOf(edge.parent), edge.relation, edge.operation ?? '', edge.position].join(' '))
      .sort(),
  };
}
