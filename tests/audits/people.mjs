// A provider that others wrote, and a browser: npm `oidc-provider` on this machine, and somebody who signs in through it.
//   node people.mjs SERVER PORT    the server has oidc_issuer=http://127.0.0.1:PORT, and what stands in `settings` below
//   node people.mjs settings PORT FOLDER    writes roles.toml and prints the server's settings
// It walks the provider's own pages by their forms, as a browser does. Exits 1 and says what failed.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Provider from "oidc-provider";

const CLIENT = "faisceau";
const SECRET = "a secret: with + and %";

const checks = [];
function check(what, holds, told = "") {
  checks.push(holds);
  if (!holds) console.error(`FAILED: ${what} ${told}`);
}

function settings(port, folder) {
  const roles = join(folder, "roles.toml");
  writeFileSync(roles, '[[rule]]\nclaim = "groups"\nvalues = ["auditors"]\nrole = "AUDITOR"\n');
  const lines = [`oidc_issuer=http://127.0.0.1:${port}`, `oidc_client_id=${CLIENT}`, `oidc_client_secret=${SECRET}`];
  console.log([...lines, `oidc_scopes=openid,groups`, `oidc_roles=${roles}`].join("\n"));
}

function provider(server, port) {
  const jwk = (kid, kind, options) => {
    const { privateKey } = generateKeyPairSync(kind, options);
    return { ...privateKey.export({ format: "jwk" }), kid, use: "sig" };
  };
  const keys = [jwk("rsa", "rsa", { modulusLength: 2048 }), jwk("ec", "ec", { namedCurve: "P-256" })];
  const groups = { auditor: ["staff", "auditors"], nobody: ["staff"] };
  const made = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${server}/sign-in/callback`],
        post_logout_redirect_uris: [`${server}/sign-in`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        id_token_signed_response_alg: "RS256",
        // As ProConnect has it: userinfo is a token too.
        userinfo_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys },
    pkce: { required: () => true },
    claims: { openid: ["sub"], groups: ["groups"] },
    cookies: { keys: ["of these checks only"] },
    features: {
      devInteractions: { enabled: true },
      jwtUserinfo: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, groups: groups[id] ?? [] }) }),
  });
  return new Promise((resolve) => {
    const listening = made.listen(port, "127.0.0.1", () => resolve(listening));
  });
}

class Browser {
  jars = new Map();

  async ask(address, options = {}) {
    const url = new URL(address);
    const jar = this.jars.get(url.host) ?? new Map();
    this.jars.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", ...options, headers: { cookie, ...options.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      const isGone = attributes.some((a) => /^ *(max-age=0|expires=thu, 01 jan 1970)/i.test(a)) || value === "";
      if (isGone) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  // Follows redirects, and sends the forms of the provider's pages, until a page of the server comes.
  async go(address, server, fields) {
    let response = await this.ask(address);
    for (let step = 0; step < 20; step += 1) {
      const location = response.headers.get("location");
      if (location) {
        address = new URL(location, address).href;
        response = await this.ask(address);
        continue;
      }
      if (address.startsWith(server)) return { address, response };
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (!action) return { address, response, page };
      const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const body = new URLSearchParams([...hidden.map(([, name, value]) => [name, value]), ...Object.entries(fields)]);
      address = new URL(action.replaceAll("&amp;", "&"), address).href;
      response = await this.ask(address, { method: "POST", body });
    }
    throw new Error(`no end of redirects at ${address}`);
  }
}

async function run(server, port) {
  const listening = await provider(server, port);
  const login = (name) => ({ login: name, password: "any" });
  const begin = `${server}/sign-in/provider?return_to=/v1/programmes`;
  const browser = new Browser();

  // The pages of the provider ask who it is, then whether that is well; each form says itself which of the two it is.
  const came = await browser.go(begin, server, login("auditor"));
  check("comes back signed in", came.address === `${server}/v1/programmes`, came.address);
  check("and reads", came.response.status === 200, `${came.response.status}`);
  const session = await (await browser.ask(`${server}/session`)).json();
  check("in the role of the claims", session.role === "AUDITOR", JSON.stringify(session));

  const body = JSON.stringify({ query: "{ viewer { client role } }" });
  const headers = { "content-type": "application/json", origin: server, "x-csrf-token": session.csrfToken };
  const asked = await (await browser.ask(`${server}/graphql`, { method: "POST", body, headers })).json();
  check("asks GraphQL", asked.data?.viewer?.client === session.account, JSON.stringify(asked));
  const without = { ...headers, "x-csrf-token": "" };
  const forged = await browser.ask(`${server}/graphql`, { method: "POST", body, headers: without });
  check("and not without the token", forged.status === 403, `${forged.status}`);

  const again = new Browser();
  again.jars.set(new URL(`http://127.0.0.1:${port}`).host, browser.jars.get(`127.0.0.1:${port}`));
  const second = await again.go(begin, server, login("auditor"));
  const same = await (await again.ask(`${server}/session`)).json();
  check("the same person is the same account", second.response.status === 200 && same.account === session.account);

  const stranger = new Browser();
  const refused = await stranger.go(begin, server, login("nobody"));
  check("whoever has no role stays out", refused.response.status === 403, `${refused.response.status}`);
  check("and has no session", (await stranger.ask(`${server}/session`)).status === 401);

  const out = await browser.ask(`${server}/sign-out`, { method: "POST", headers });
  const { next } = await out.json();
  check("leads to the provider", next?.startsWith(`http://127.0.0.1:${port}/session/end?`), next);
  check("is signed out here", (await browser.ask(`${server}/session`)).status === 401);
  const left = await browser.go(next, server, { logout: "yes" });
  check("comes back from there", left.address.startsWith(`${server}/sign-in`), `${left.address} ${left.page ?? ""}`);
  const asksAgain = await browser.ask((await browser.ask(begin)).headers.get("location"));
  check("is signed out there", asksAgain.headers.get("location")?.includes("/interaction/"), asksAgain.headers.get("location"));

  listening.close();
  listening.closeAllConnections();
  const failed = checks.filter((holds) => !holds).length;
  console.log(`people: ${checks.length - failed} of ${checks.length} checks`);
  process.exit(failed ? 1 : 0);
}

const [, , first, ...words] = process.argv;
if (first === "settings") settings(...words);
else await run(first, ...words);
