import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { 'renown-client': new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    // The tests of a file, and the files, share one service, which some of them stop.
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
