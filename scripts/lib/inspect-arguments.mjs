// The arguments of the inspect example, completed from a file's name where they were left out: fixtures are named
// <provider>/<media type>-<property>.json.

import { basename } from 'node:path';

const MEDIA_TYPES = ['video', 'image', 'audio'];

export function inspectArguments(args) {
  if (args.includes('--batch')) return args;
  const missing = [];
  if (!args.includes('--provider')) missing.push('--provider', 'pixverse');
  if (!args.includes('--media-type')) missing.push('--media-type', mediaTypeOf(args.at(-1) ?? ''));
  return [...missing, ...args];
}

function mediaTypeOf(file) {
  return MEDIA_TYPES.find((type) => basename(file).startsWith(`${type}-`)) ?? 'video';
}
