// What a visitor downloads before a page can be used, compressed: the first page (overview) and
// Programs, which loads the editor. Fails above the budget.
import { gzipSync } from 'node:zlib';
import { readFile, rm } from 'node:fs/promises';

import { build } from 'vite';

const BUDGETS = [
  {
    name: 'first page',
    entries: ['index.html', 'src/pages/signin/SignIn.svelte', 'src/pages/overview/Overview.svelte'],
    kB: 150,
  },
  { name: 'Programs', entries: ['index.html', 'src/pages/program/Program.svelte'], kB: 300, dynamic: true },
];

const out = new URL('../../target/web-sizes/', import.meta.url);
await build({ logLevel: 'error', build: { outDir: out.pathname, emptyOutDir: true, manifest: 'manifest.json' } });
const manifest = JSON.parse(await readFile(new URL('manifest.json', out), 'utf8'));

/** Returns the files of an entry: its own, those that it imports and, if wanted, loads later. */
function files(entry, dynamic, seen) {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`no ${entry} in the build`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  const later = dynamic && entry !== 'index.html' ? (chunk.dynamicImports ?? []) : [];
  for (const next of [...(chunk.imports ?? []), ...later]) files(next, dynamic, seen);
  return seen;
}

let failed = false;
for (const { name, entries, kB, dynamic = false } of BUDGETS) {
  const needed = new Set();
  for (const entry of entries) files(entry, dynamic, needed);
  let bytes = 0;
  for (const file of needed) bytes += gzipSync(await readFile(new URL(file, out))).length;
  const used = bytes / 1000;
  const over = used > kB;
  failed ||= over;
  console.log(`${name}: ${used.toFixed(1)} kB of ${kB} kB in ${needed.size} files${over ? ': too large' : ''}`);
}
await rm(out, { recursive: true });
if (failed) process.exitCode = 1;
