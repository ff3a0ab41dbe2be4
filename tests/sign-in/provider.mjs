// An OpenID provider with three people. It signs in the person whom `login_hint` names, and
// asks nothing. The first argument is the address to which it sends people back. It prints its
// own address, and ends with its standard input.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const people = {
  ann: { name: "Ann Lee", groups: ["everybody", "renown-marketing"] },
  bob: { name: "Bob Jones", groups: ["everybody"] },
  // Of several roles a person gets the one with the most rights.
  eve: { name: "Eve\u0007 Adams", groups: ["renown-audit", "renown-administrators"] },
};

const server = createServer((request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "renown",
        client_secret: "a secret that is only for tests",
        redirect_uris: [`${process.argv[2]}/auth/corp/callback`],
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "profile", "groups"],
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  const callback = provider.callback();
  handle = async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return callback(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (params.login_hint === "nobody") {
      const error = { error: "access_denied", error_description: "The person went away." };
      return provider.interactionFinished(request, response, error);
    }
    if (prompt.name === "login") {
      const login = { login: { accountId: params.login_hint } };
      return provider.interactionFinished(request, response, login);
    }
    const { accountId } = session;
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, consent);
  };
  console.log(issuer);
});

let handle;
process.stdin.on("end", () => process.exit(0)).resume();
