import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` sends the requests of the API.
const service = process.env.RENOWN_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Everything is a file of its own: the service's policy allows scripts and styles from itself alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Swagger UI, which the reference alone loads, is one file.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: { index: 'index.html', reference: 'docs/index.html' } },
  },
  server: { proxy: { '/v1': service, '/auth': service, '/openapi.json': service } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
