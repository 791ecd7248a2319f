// What a file of the media host shows: the asset whose uuid its name carries, and the first picture that it was made from.

const UUID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(-last)?/;
// Farther back nobody looks: it is only about a likeness.
const DEEPEST = 24;

/** `{ name, motif, width?, height? }` for `picture`; null for a file that no uuid names. */
export function shownBy(state, key) {
  const [, uuid, last = ''] = UUID.exec(key) ?? [];
  if (!uuid) return null;
  const name = uuid + last;
  const asset = assetOf(state, uuid);
  return asset ? { name, motif: beginningOf(asset).uuid, width: asset.width, height: asset.height } : { name, motif: uuid };
}

function assetOf(state, uuid) {
  for (const account of state.accounts.values()) {
    for (const library of [...account.libraries.values(), account.open]) {
      const asset = library?.ofUuid(uuid);
      if (asset) return asset;
    }
  }
  return null;
}

function beginningOf(asset) {
  let at = asset;
  for (let step = 0; step < DEEPEST && at.sources?.[0]?.target?.uuid; step += 1) at = at.sources[0].target;
  return at;
}
