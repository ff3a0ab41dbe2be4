// Writes the examples of the README as files, so that they are checked and run: tests/readme.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';

const to = new URL('../tests/readme/', import.meta.url);
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
await rm(to, { recursive: true, force: true });
await mkdir(to);
const examples = [...readme.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms)];
for (const [number, [, source, shown]] of examples.entries()) {
  await writeFile(new URL(`${number + 1}.ts`, to), source);
  await writeFile(new URL(`${number + 1}.txt`, to), shown ?? '');
}
