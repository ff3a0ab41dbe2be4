// Writes the types of the API from the snapshot of its contract, so that a change of the contract
// that the pages do not know of fails their check.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const snapshot = new URL('../../tests/api/snapshots/api__openapi__openapi.snap', import.meta.url);
const types = new URL('../src/api/schema.d.ts', import.meta.url);

const text = await readFile(snapshot, 'utf8');
// A snapshot begins with a header between two lines of dashes.
const contract = JSON.parse(text.slice(text.indexOf('\n---', 3) + 4));
await writeFile(types, astToString(await openapi(contract)));
