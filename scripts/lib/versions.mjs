// Version numbers as data: read out of what a tool prints or a lock file says, and compared.

// The first dotted number in a text, as [major, minor, patch]; null where there is none.
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : null;
}

export function isAtLeast(version, minimum) {
  for (let part = 0; part < 3; part += 1) {
    const difference = (version[part] ?? 0) - (minimum[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

export const formatVersion = (version) => version.join('.');

// The version of one package in a Cargo.lock, or null.
export function lockedCrateVersion(cargoLock, name) {
  const blocks = cargoLock.split('[[package]]');
  const block = blocks.find((text) => text.includes(`\nname = "${name}"\n`));
  return /\nversion = "([^"]+)"/.exec(block ?? '')?.[1] ?? null;
}
