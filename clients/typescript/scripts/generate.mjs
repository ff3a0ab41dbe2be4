// Writes the types of the contract, from its snapshot in the repository.
import { readFile, writeFile } from 'node:fs/promises';

import openapi, { astToString } from 'openapi-typescript';

const snapshot = new URL('../../../tests/api/snapshots/api__openapi__openapi.snap', import.meta.url);
const types = new URL('../src/generated/contract.ts', import.meta.url);
const HEADER = `// Generated from the contract of the service by openapi-typescript: run clients/generate. Do not edit.

`;

const text = await readFile(snapshot, 'utf8');
// A snapshot begins with a header between two lines of dashes.
const contract = JSON.parse(text.slice(text.indexOf('\n---', 3) + 4));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
if (version !== contract.info.version) {
  throw new Error(`package.json has version ${version}, and the contract ${contract.info.version}`);
}
// Refusals are thrown, always as a problem, so that an answer has the type of a success.
for (const operation of Object.values(contract.paths).flatMap((methods) => Object.values(methods))) {
  for (const status of Object.keys(operation.responses)) {
    if (!status.startsWith('2')) delete operation.responses[status];
  }
}
// A name for each schema, such as `TierBody`. What has a default may be left out of a request.
const options = {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  rootTypesKeepCasing: true,
  defaultNonNullable: false,
};
await writeFile(types, HEADER + astToString(await openapi(contract, options)));
