// Starts a real service with a little data, and in front of it a proxy that can break what passes,
// runs a command beside them, and ends with its exit code: `node stage.mjs -- npm run service`.
//
// The command finds in its environment
//   RENOWN_URL      the proxy, for calls that may be broken
//   RENOWN_DIRECT   the service itself
//   RENOWN_KEY      a key of an administrator
//   RENOWN_STAGE    where it asks the stage to do something (`POST`, answered once it is done):
//                   /service/{start,stop,kill,freeze,thaw}, /proxy with a fault as JSON (see
//                   proxy.mjs), which also forgets the requests that `GET /proxy` lists.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

import { Proxy } from './proxy.mjs';
import { Service } from './service.mjs';

const command = process.argv.slice(process.argv.indexOf('--') + 1);
if (command.length === 0) throw new Error('name the command to run: node stage.mjs -- npm run service');

const service = await Service.create();
const proxy = await Proxy.create(service.port);
const stage = http.createServer(async (request, response) => {
  const [status, answer] = await act(request).catch((error) => [500, { error: String(error.stack) }]);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
await once(stage.listen(0, '127.0.0.1'), 'listening');

async function act(request) {
  const [, subject, verb] = request.url.split('/');
  if (subject === 'proxy') {
    if (request.method === 'POST') proxy.set(JSON.parse(await bodyOf(request)));
    return [200, { requests: proxy.requests }];
  }
  if (subject === 'service' && ['start', 'stop', 'kill', 'freeze', 'thaw'].includes(verb)) {
    await service[verb]();
    return [200, {}];
  }
  return [404, {}];
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** Publishes the program, and enrols who stays often and who does not. */
async function furnish() {
  const source = await readFile(new URL('program.yaml', import.meta.url), 'utf8');
  await service.call('POST', '/v1/programs/palms-klub/publish', { source });
  await service.call('PUT', '/v1/members/twitter:kevin', {
    name: 'Kevin Ito',
    identities: ['loyalty:K7'],
    attributes: { stays: 12 },
  });
  await service.call('PUT', '/v1/members/email:grace@example.com', { name: 'Grace Lee', attributes: { stays: 1 } });
}

let status = 1;
const stopEarly = async () => {
  await service.end();
  process.exit(130);
};
process.once('SIGINT', stopEarly);
process.once('SIGTERM', stopEarly);
try {
  await service.start();
  await furnish();
  const env = {
    ...process.env,
    RENOWN_URL: `http://127.0.0.1:${proxy.port}`,
    RENOWN_DIRECT: `http://127.0.0.1:${service.port}`,
    RENOWN_KEY: service.key,
    RENOWN_STAGE: `http://127.0.0.1:${stage.address().port}`,
  };
  const [first, ...rest] = command;
  const child = spawn(first, rest, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  [status] = await once(child, 'exit');
} finally {
  await service.end(status !== 0);
}
process.exit(status ?? 1);
