// A proxy that breaks what passes. A fault is one of
//   {"fault": "none"}
//   {"fault": "slow", "ms": 800}              passes the request on after that time
//   {"fault": "hang"}                         takes the request and never answers
//   {"fault": "drip"}                         answers, a byte at a time, for ever
//   {"fault": "status", "status": 503, "headers": {…}, "body": "…"}    answers so
//   {"fault": "cut"}                          closes the connection instead of an answer
//   {"fault": "lose"}                         passes the request on, and loses the answer
//   {"fault": "truncate"}                     passes half of the answer on
// With "times" it is over after so many requests.
import { once } from 'node:events';
import http from 'node:http';

export class Proxy {
  #fault = { fault: 'none' };
  /** The requests since the fault was set. */
  requests = [];

  static async create(servicePort) {
    const proxy = new Proxy();
    proxy.servicePort = servicePort;
    const server = http.createServer((request, response) => proxy.#pass(request, response));
    server.keepAliveTimeout = 60_000;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    proxy.port = server.address().port;
    return proxy;
  }

  set(fault) {
    this.#fault = fault;
    this.requests = [];
  }

  #next() {
    const fault = this.#fault;
    if (fault.times === 0) return { fault: 'none' };
    if (fault.times !== undefined) fault.times -= 1;
    return fault;
  }

  async #pass(request, response) {
    const body = [];
    try {
      for await (const chunk of request) body.push(chunk);
    } catch {
      return;
    }
    const { method, url, headers } = request;
    const record = { method, url, headers };
    this.requests.push(record);
    const fault = this.#next();
    if (fault.fault === 'hang') return;
    if (fault.fault === 'cut') return void request.socket.destroy();
    if (fault.fault === 'drip') return drip(response);
    if (fault.fault === 'status') {
      record.status = fault.status;
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    if (fault.fault === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    this.#forward(record, Buffer.concat(body), fault, response);
  }

  #forward(record, body, fault, response) {
    const { method, url, headers } = record;
    const options = { host: '127.0.0.1', port: this.servicePort, method, path: url, headers, agent: false };
    const onward = http.request(options, async (answer) => {
      const chunks = [];
      try {
        for await (const chunk of answer) chunks.push(chunk);
      } catch {
        return void response.destroy();
      }
      record.status = answer.statusCode;
      const whole = Buffer.concat(chunks);
      if (fault.fault === 'lose') return void response.destroy();
      response.writeHead(answer.statusCode, answer.headers);
      if (fault.fault !== 'truncate') return void response.end(whole);
      response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
    });
    // What a load balancer says when nothing is behind it.
    onward.on('error', () => {
      record.status = 502;
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<h1>502 Bad Gateway</h1>');
    });
    onward.end(body);
  }
}

function drip(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"tier": "');
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}
