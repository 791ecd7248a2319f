// What an inventory of this library must come to: assets, stubs, edges. Read from the model, never from rows.
// A parent is named by all that the library knows of it; `named_by` says what the child's own row gives.

const STATUS_WORD = {
  1: 'completed', 3: 'filtered', 5: 'processing', 6: 'deleted', 7: 'filtered', 8: 'failed', 9: 'processing', 10: 'processing', 17: 'filtered',
};

// Models that Pixverse passes on to others: their 8 means interrupted by moderation (facts/pixverse-payloads.md A.7).
const PROXIED_MODELS = new Set(['grok-imagine', 'happyhorse-1.0']);

// Codes that only videos are known to have (facts/pixverse-api.md c.3).
const VIDEO_ONLY = new Set([3, 17]);

function statusWord(asset) {
  if (asset.media_type === 'image' && VIDEO_ONLY.has(asset.status)) return 'unknown';
  if (asset.media_type === 'video' && asset.status === 8 && PROXIED_MODELS.has(asset.model)) return 'filtered';
  return STATUS_WORD[asset.status] ?? null;
}

/** The object key that the asset's own row shows, or null (placeholder, blank). */
export function shownKey(asset) {
  return ['full', 'preallocated', 'blank_url'].includes(asset.url_state) ? asset.key : null;
}

/** What a row says of its sources, per media type of the source. */
function namedBy(child, target) {
  if (target.media_type !== 'video' || child.recipe === 'fusion') return ['key'];
  switch (child.naming.video) {
    case 'id': return ['id'];
    case 'both': return ['id', 'key'];
    default: return ['key'];
  }
}

/**
 * `assets` is one library, or several of one owner together; only listed ones count. A key that several assets show
 * belongs to the smallest id (the design's keeper), so children that name the key alone have that one as parent.
 */
export function truthOf(assets) {
  const listed = assets.filter((asset) => asset.listed && !asset.raw);
  const keepers = new Map();
  for (const asset of listed) {
    const key = shownKey(asset);
    if (key !== null && !isSmaller(keepers.get(key), asset)) keepers.set(key, asset);
  }
  const stubs = new Stubs(listed);
  const edges = listed.flatMap((child) => child.sources.map((source, position) => edgeOf(child, source, position, keepers, stubs)));
  return { assets: listed.map(assetOf), stubs: [...stubs.found.values()], edges };
}

function isSmaller(one, other) {
  if (!one) return false;
  return one.id.length === other.id.length ? one.id < other.id : one.id.length < other.id.length;
}

function assetOf(asset) {
  return {
    media_type: asset.media_type, making: asset.making, id: asset.id, key: shownKey(asset),
    status: statusWord(asset), status_code: asset.status,
    operation: asset.operation ?? null, create_mode: asset.create_mode ?? null, placement: asset.placement ?? null,
    url_state: asset.url_state, created_ms: asset.created_ms, sources: asset.sources.length, listed: true,
  };
}

function edgeOf(child, source, position, keepers, stubs) {
  const named_by = namedBy(child, source.target);
  return {
    child: { media_type: child.media_type, making: child.making, id: child.id },
    parent: parentOf(source.target, named_by, keepers, stubs),
    relation: source.relation, operation: child.operation, position, named_by,
    ...(source.name ? { name: source.name } : {}),
  };
}

/** A source named by its id is that id's asset, listed or stub; one named by its key alone is the key's keeper, or a stub. */
function parentOf(target, named_by, keepers, stubs) {
  const asset = named_by.includes('id') ? (target.listed ? target : undefined) : keepers.get(target.key);
  if (!asset) return stubs.of(target, named_by);
  return { media_type: asset.media_type, making: asset.making, id: asset.id, key: shownKey(asset) };
}

/** Stubs by what names them: an id and a key meet in one stub only if some row gives both. */
class Stubs {
  constructor(children) {
    this.joined = new Set();
    this.found = new Map();
    for (const child of children) {
      for (const { target } of child.sources) {
        if (namedBy(child, target).length === 2) this.joined.add(target);
      }
    }
  }

  of(target, named_by) {
    const name = this.joined.has(target) ? 'both' : named_by[0];
    const slot = `${name}/${target.id ?? ''}/${target.key ?? ''}`;
    if (!this.found.has(slot)) {
      this.found.set(slot, {
        media_type: target.media_type,
        ...(name === 'key' ? {} : { making: 'created', id: target.id }),
        ...(name === 'id' ? {} : { key: target.key }),
      });
    }
    return this.found.get(slot);
  }
}
