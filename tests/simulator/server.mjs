// The HTTP side: one listener on loopback, six doors (the provider's two interfaces, control plane, device page, media, and files that
// lie elsewhere), any Host header.
// It reads bytes and writes bytes; every rule is behind the doors.

import { createServer } from 'node:http';
import { answerApi } from './api.mjs';
import { answerControl } from './control.mjs';
import { devicePage, submitDevicePage } from './device.mjs';
import { elsewhere } from './elsewhere.mjs';
import { mediaFor } from './media.mjs';
import { answerOpen } from './open-platform.mjs';
import { shownBy } from './shown-by.mjs';
import { SimulatorState } from './state.mjs';
import { putObject } from './uploads.mjs';

const API = '/creative_platform/';
const OPEN = '/openapi/v2/';
// The object store has a host of its own; here its objects lie at the root, or under /oss/.
const OBJECT = /^(?:\/oss)?\/(upload\/.+)$/;
const TICK_MS = 500;
const BODY_LIMIT = 64 * 1024 * 1024;

/**
 * Starts a simulator. Options: port (0 picks one), host, seed, now_ms, ids ('number', 'big', 'string'), videos, images, audio,
 * uploaded_images, uploaded_videos, uploaded_audio, same_time, accounts, quirks, clock ('still', or 'real': it goes on by itself).
 * Answers { url, port, state, truth(account?, workspace?), close() }.
 */
export async function createSimulator({ port = 0, host = '127.0.0.1', ...options } = {}) {
  const state = new SimulatorState(options);
  const server = createServer((req, res) => {
    serve(state, req, res).catch((error) => {
      process.stderr.write(`simulator: ${error.stack}\n`);
      if (!res.headersSent) res.writeHead(500);
      res.end();
    });
  });
  await new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
  // A clock that runs sends what is due without being asked.
  const timer = setInterval(() => {
    if (state.runs) state.catchUp().catch((error) => process.stderr.write(`simulator: ${error.stack}\n`));
  }, TICK_MS).unref();
  state.url = `http://${host}:${server.address().port}`;
  return {
    url: state.url,
    port: server.address().port,
    state,
    truth: (account, workspace) => state.truth(account, workspace),
    close: () => new Promise((done) => {
      clearInterval(timer);
      server.close(done);
      server.closeAllConnections();
    }),
  };
}

async function serve(state, req, res) {
  const url = new URL(req.url, 'http://simulator');
  const bytes = await readBytes(req);
  const answer = await answerFor(state, req, url, bytes);
  if (answer.cut) {
    req.socket.destroy();
    return;
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  res.writeHead(answer.status, { ...(answer.chunked ? {} : { 'content-length': body.length }), ...answer.headers });
  res.end(req.method === 'HEAD' ? undefined : body);
}

async function answerFor(state, req, url, bytes) {
  const { pathname, searchParams: query } = url;
  const { method, headers } = req;
  state.jobs.sweep();
  if (method === 'PUT' && OBJECT.test(pathname)) return putObject(state, { key: OBJECT.exec(pathname)[1], headers, bytes });
  const text = bytes.toString('utf8');
  if (pathname.startsWith(API)) return answerApi(state, { method, path: pathname.slice(API.length), query, headers, text });
  if (pathname.startsWith(OPEN)) return answerOpen(state, { method, path: pathname.slice(OPEN.length), query, headers, bytes });
  if (pathname.startsWith('/__sim/')) {
    return { headers: { 'content-type': 'application/json' }, ...await answerControl(state, { method, path: pathname.slice(7), query, text }) };
  }
  if (pathname.startsWith('/elsewhere/')) return elsewhere(pathname.slice(11));
  if (pathname.startsWith('/media/')) return media(state, pathname.slice(7), headers);
  if (/^(media|cdn)\.pixverse\.ai/.test(headers.host ?? '')) return media(state, pathname.slice(1), headers);
  if (pathname === '/device') return device(state, method, query, text);
  if (pathname === '/') return { status: 302, headers: { location: '/device' }, body: '' };
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' };
}

const uploaded = (object) => object && { type: object.type, body: object.bytes };

const CORS = { 'access-control-allow-origin': '*' };

function media(state, path, headers) {
  const key = safeDecode(path);
  if (key === null || key === '' || state.isPromised(key)) return { status: 404, headers: { 'content-type': 'text/plain', ...CORS }, body: 'NoSuchKey' };
  const { type, body } = uploaded(state.objects.get(key)) ?? mediaFor(key, headers.accept, shownBy(state, key));
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'public, max-age=86400', vary: 'accept', ...CORS }, body };
}

function safeDecode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function device(state, method, query, text) {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (method !== 'POST') return { status: 200, headers: html, body: devicePage(state, query.get('user_code') ?? '') };
  const done = submitDevicePage(state, new URLSearchParams(text));
  return { status: done.status, headers: html, body: done.html };
}

async function readBytes(req) {
  const parts = [];
  let size = 0;
  for await (const part of req) {
    size += part.length;
    if (size > BODY_LIMIT) throw new RangeError(`a body of more than ${BODY_LIMIT} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
