// Seals a credential as src/core/seal.rs does it, for rows that a test writes itself.

import { createCipheriv, randomBytes } from 'node:crypto';

import { CREDENTIAL_KEY } from './harness.mjs';

export function seal(plain, context = 'driftline credential') {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(CREDENTIAL_KEY, 'base64'), nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `v1.${sealed.toString('base64url')}`;
}
