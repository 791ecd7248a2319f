// Many assets at once, written straight into the table: an import of twenty thousand would take minutes and is measured
// elsewhere. The rows are what imported ones look like; their pictures come from the simulator.

const SIZES = [[1280, 720], [720, 1280], [1024, 1024], [1920, 1080], [960, 720]];
const NEWEST_MS = Date.UTC(2026, 9, 31);
const STEP_MS = 97_000;
const AT_ONCE = 1000;

const INSERT = `INSERT INTO assets (owner, id, root, roots, version, provider_id, api, media_type, making, provider_asset_id, status,
    operation, origin, account, created_ms, lineage, evidence, attention, shown, removed, missing_ms, source_generation_id, fields)
  SELECT 1, r.value ->> 'id', r.value ->> 'root', json_array(r.value ->> 'root'), 1, 'pixverse', 'library', r.value ->> 'type', 'created',
    r.value ->> 'number', 'completed', r.value ->> 'operation', 'synced', 'pixverse:library:390000000000100:0', r.value ->> 'at',
    'none_expected', NULL, 0, 1, 0, NULL, NULL, r.value ->> 'fields'
  FROM json_each(?1) AS r`;

export async function seedAssets(database, count) {
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => rowOf(from + at));
    await database.prepare(INSERT).bind(JSON.stringify(rows)).run();
  }
}

function rowOf(at) {
  const type = at % 3 === 0 ? 'image' : 'video';
  const number = String(900_000_000_000_000 - at);
  const [width, height] = SIZES[at % SIZES.length];
  const file = `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const media = type === 'image' ? { media_url: address(`pixverse/i2i/ori/${file}.png`) } : clip(file);
  const fields = { ...media, width, height, prompts: [`picture number ${at} of a long afternoon`], status: 'completed', status_code: '1' };
  return {
    id: `ast_${number.padStart(26, '0')}`,
    root: `id:pixverse:library:${type}:created:${number}`,
    type,
    number,
    operation: type === 'image' ? 'text_to_image' : 'text_to_video',
    at: NEWEST_MS - at * STEP_MS,
    fields: JSON.stringify(fields),
  };
}

const address = (key) => `https://media.pixverse.ai/${key}`;

const clip = (file) => ({
  media_url: address(`pixverse/mp4/media/web/ori/${file}.mp4`),
  thumbnail_url: address(`pixverse/jpg/media/web/${file}.jpg`),
  duration_s: 5,
});
