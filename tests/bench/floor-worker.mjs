// The bare Worker that the floor of an import is measured with: it fetches the same pages and writes the same rows, one
// set-based batch a page. It reads nothing, guards nothing, and knows no queue. What it is to do is loaded first.

const pages = [];

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/load') {
      pages.push(await request.json());
      return new Response('loaded');
    }
    return Response.json(await importAll(env.DB));
  },
};

async function importAll(database) {
  const cost = { bytes: 0, statements: 0, rows_written: 0 };
  for (const { call, statements } of pages) {
    const response = await fetch(call.url, call.init);
    if (!response.ok) throw new Error(`the simulator answered ${response.status}`);
    cost.bytes += (await response.text()).length;
    const results = await database.batch(statements.map(([sql, rows]) => database.prepare(sql).bind(rows)));
    cost.statements += results.length;
    for (const { meta } of results) cost.rows_written += meta.rows_written;
  }
  return cost;
}
