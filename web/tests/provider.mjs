// An OpenID provider on this machine, at which people sign in with their name and agree. A test has the
// certified one of npm, and its forms.
import { createServer } from 'node:http';
import { once } from 'node:events';

import { Provider } from 'oidc-provider';

const PEOPLE = {
  ann: { name: 'Ann Lee', groups: ['everybody', 'renown-marketing'] },
  dot: { name: 'Dot Meyer', groups: ['hotel-desk'] },
  bob: { name: 'Bob Jones', groups: ['everybody'] },
};

function form(title, fields, button) {
  return `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>
<form method="post">${fields}<button>${button}</button></form>
<form method="post"><input type="hidden" name="refuse" value="yes"><button>Cancel</button></form></main></html>`;
}

const LOGIN = form('Who are you?', '<label>Name <input name="login" required autofocus></label>', 'Sign in');
const CONSENT = form('May Renown know your name and your groups?', '', 'Agree');

async function fields(request) {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

/** Asks the person who they are, then whether they agree, and goes on with the answer. */
async function interact(provider, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    return response.end(prompt.name === 'login' ? LOGIN : CONSENT);
  }
  const said = await fields(request);
  const finish = (result) => provider.interactionFinished(request, response, result);
  if (said.has('refuse')) return finish({ error: 'access_denied', error_description: 'The person does not agree.' });
  if (prompt.name === 'login') return finish({ login: { accountId: said.get('login') } });
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return finish({ consent: { grantId: await grant.save() } });
}

/** Starts the provider at a port, for the service at an address. Returns how to stop it. */
export async function startProvider(port, service) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: 'renown',
        client_secret: 'a secret that is only for tests',
        redirect_uris: [`${service}/auth/corp/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    findAccount: (_, sub) => PEOPLE[sub] && { accountId: sub, claims: () => ({ sub, ...PEOPLE[sub] }) },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  const callback = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url.startsWith('/interaction/')) return callback(request, response);
    interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
