// A real service of its own: the debug build, on a free port, with a private Postgres.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const BINARY = process.env.RENOWN_BINARY ?? new URL('../../target/debug/renown', import.meta.url).pathname;
const READY_WITHIN_MS = 60_000;
const EXIT_WITHIN_MS = 20_000;

export class Service {
  static async create() {
    const service = new Service();
    service.directory = await mkdtemp(path.join(os.tmpdir(), 'renown-clients-'));
    // As root, Postgres runs as another user, who must be able to enter.
    await chmod(service.directory, 0o755);
    service.port = await freePort();
    service.key = `rk_${randomBytes(24).toString('base64url')}`;
    return service;
  }

  get log() {
    return path.join(this.directory, 'log');
  }

  async start() {
    if (this.process) return;
    const log = await open(this.log, 'a');
    const { DATABASE_URL: _, ...env } = process.env;
    Object.assign(env, {
      RENOWN_DATA_DIR: path.join(this.directory, 'data'),
      RENOWN_BOOTSTRAP_KEY: this.key,
      RENOWN__HTTP__BIND: `127.0.0.1:${this.port}`,
      // A few wrong codes, and the service asks to wait, for a second.
      RENOWN__CODES__GUESSES: '3',
      RENOWN__CODES__GUESS_SECONDS: '1',
      // Webhooks of the tests are on this machine.
      RENOWN__WEBHOOKS__ALLOW_ADDRESSES: '["127.0.0.0/8"]',
    });
    this.process = spawn(BINARY, ['serve'], { env, stdio: ['ignore', log.fd, log.fd] });
    this.ended = once(this.process, 'exit');
    await log.close();
    const until = Date.now() + READY_WITHIN_MS;
    while (!(await this.#ready())) {
      if (this.process.exitCode !== null || Date.now() > until)
        throw new Error(`the service did not start: ${await this.tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  async #ready() {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
    } catch {
      return false;
    }
  }

  /** Tells the service to end, and waits until it has. */
  stop() {
    return this.#end('SIGTERM');
  }

  kill() {
    return this.#end('SIGKILL');
  }

  async #end(signal) {
    if (!this.process) return;
    this.process.kill('SIGCONT');
    this.process.kill(signal);
    const late = setTimeout(() => this.process?.kill('SIGKILL'), EXIT_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
    this.process = undefined;
  }

  /** Stops the process in the middle of whatever it does: connections stay open, and nothing is answered. */
  freeze() {
    this.process.kill('SIGSTOP');
  }

  thaw() {
    this.process.kill('SIGCONT');
  }

  /** Ends for good, and says what the service wrote if that is of use. */
  async end(tell = false) {
    await this.stop();
    if (tell) console.error(`stage: the last lines of the service:\n${await this.tail()}`);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async tail() {
    const text = await readFile(this.log, 'utf8').catch(() => '');
    return text.split('\n').slice(-30).join('\n');
  }

  async call(method, route, body) {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${this.port}${route}`;
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
