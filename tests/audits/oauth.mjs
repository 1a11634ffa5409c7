// An independent client against the OAuth 2.0 endpoints: npm `openid-client`, and `jose` for what tokens hold.
//   node oauth.mjs keys FOLDER            makes key pairs in a folder: es256.json, eddsa.json, and their public halves
//   node oauth.mjs run SERVER FOLDER      uses them, and the secret in FOLDER/secret, against a server
// The clients audit-basic, audit-es256 and audit-eddsa are registered there beforehand. Exits 1 and says what failed.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";

const [, , verb, ...words] = process.argv;

function makeKeys(folder) {
  const kinds = { es256: ["ec", { namedCurve: "P-256" }], eddsa: ["ed25519", {}] };
  for (const [name, [kind, options]] of Object.entries(kinds)) {
    const { privateKey, publicKey } = generateKeyPairSync(kind, options);
    const write = (file, key) => writeFileSync(join(folder, file), JSON.stringify(key.export({ format: "jwk" })));
    write(`${name}.json`, privateKey);
    write(`${name}.public.json`, publicKey);
  }
}

async function privateKey(folder, name) {
  const jwk = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const algorithm = name === "es256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: "Ed25519" };
  // Through DER: not every version of Node imports an Ed25519 key from a JSON Web Key.
  const der = createPrivateKey({ key: jwk, format: "jwk" }).export({ format: "der", type: "pkcs8" });
  return crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

const checks = [];
function check(what, holds, told = "") {
  checks.push(holds);
  if (!holds) console.error(`FAILED: ${what} ${told}`);
}

async function audit(server, name, authentication) {
  const options = { algorithm: "oauth2", execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(server), name, undefined, authentication, options);
  const found = config.serverMetadata();
  check(`${name}: discovery`, found.issuer === server && found.token_endpoint === `${server}/oauth/token`);

  const given = await client.clientCredentialsGrant(config, { scope: "directory:read figures:read" });
  check(`${name}: token`, given.token_type === "bearer" && given.expires_in === 600, JSON.stringify(given));
  check(`${name}: scope`, given.scope === "directory:read figures:read", given.scope);

  const keys = createRemoteJWKSet(new URL(found.jwks_uri));
  const { payload } = await jwtVerify(given.access_token, keys, {
    issuer: server,
    audience: server,
    typ: "at+jwt",
    algorithms: ["EdDSA", "Ed25519"],
    requiredClaims: ["iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti", "scope"],
  });
  check(`${name}: claims`, payload.sub === name && payload.client_id === name && payload.exp - payload.iat === 600);

  const resource = new URL(`${server}/v1/programmes`);
  const used = await client.fetchProtectedResource(config, given.access_token, resource, "GET");
  check(`${name}: use`, used.status === 200, String(used.status));

  const told = await client.tokenIntrospection(config, given.access_token);
  check(`${name}: introspection`, told.active === true && told.client_id === name, JSON.stringify(told));
  await client.tokenRevocation(config, given.access_token);
  const after = await client.tokenIntrospection(config, given.access_token);
  check(`${name}: revocation`, after.active === false, JSON.stringify(after));
  let refusal = {};
  try {
    await client.fetchProtectedResource(config, given.access_token, resource, "GET");
  } catch (error) {
    refusal = error;
  }
  const challenge = refusal.cause?.[0];
  const isTold = challenge?.scheme === "bearer" && challenge?.parameters?.error === "invalid_token";
  check(`${name}: use after revocation`, isTold, String(refusal.message));

  let error = {};
  try {
    await client.clientCredentialsGrant(config, { scope: "root" });
  } catch (caught) {
    error = caught;
  }
  check(`${name}: a scope that there is not`, error.error === "invalid_scope", String(error.error ?? error.message));
}

async function run(server, folder) {
  const secret = readFileSync(join(folder, "secret"), "utf8").trim();
  await audit(server, "audit-basic", client.ClientSecretBasic(secret));
  for (const name of ["es256", "eddsa"]) {
    await audit(server, `audit-${name}`, client.PrivateKeyJwt(await privateKey(folder, name)));
  }
  let error = {};
  try {
    await audit(server, "audit-basic", client.ClientSecretBasic(`${secret}x`));
  } catch (caught) {
    error = caught;
  }
  check("a wrong secret", error.error === "invalid_client" || error.status === 401, String(error.message));
}

if (verb === "keys" && words.length === 1) {
  makeKeys(words[0]);
} else if (verb === "run" && words.length === 2) {
  await run(words[0], words[1]);
  const held = checks.filter(Boolean).length;
  console.log(`${held} of ${checks.length} checks of the OAuth 2.0 endpoints hold`);
  process.exit(held === checks.length ? 0 : 1);
} else {
  console.error("usage: node oauth.mjs keys FOLDER | run SERVER FOLDER");
  process.exit(2);
}
