// The page: web/src to web/dist, which the Worker serves beside the files of web/static.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Where `npm start` answers, for `npx vite web` beside it.
const SERVICE = 'http://127.0.0.1:8787';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'static',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // `assets/` would stand in the way of the page's own address /assets.
    assetsDir: 'page',
    // Nothing is inlined: the Content-Security-Policy lets no `data:` address through.
    assetsInlineLimit: 0,
    // Browsers of the last two years: CSS needs light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(['/api', '/health', '/ready'].map((path) => [path, SERVICE])) },
});
