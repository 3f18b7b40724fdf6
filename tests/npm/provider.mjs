// A real OpenID provider on this machine, for tests: `node provider.mjs PORT`. Whoever types a name at its own pages is
// that person; `unverified.` before it makes an address that nobody has seen. It ends with whoever started it; a line
// on its input gives it new keys.
import { generateKeyPair, exportJWK } from 'jose';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const BACK = /\/sign-in\/back\/[0-9a-f-]{36}$/;

async function keys(kid) {
  const all = [];
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    all.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${kid}` });
  }
  return all;
}

function client(id, more) {
  return { client_id: id, redirect_uris: [`${issuer}/unused`], grant_types: ['authorization_code'], ...more };
}

async function provider(kid) {
  const made = new Provider(issuer, {
    jwks: { keys: await keys(kid) },
    clients: [
      client('doorlight', { client_secret: process.env.SECRET }),
      client('doorlight-public', { token_endpoint_auth_method: 'none' }),
      client('doorlight-es256', { client_secret: process.env.SECRET, id_token_signed_response_alg: 'ES256' }),
      client('doorlight-eddsa', { client_secret: process.env.SECRET, id_token_signed_response_alg: 'EdDSA' }),
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['only for tests'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id, email: `${id.replace('unverified.', '')}@example.org`, email_verified: !id.startsWith('unverified.'),
      }),
    }),
  });
  made.Client.prototype.redirectUriAllowed = (uri) => BACK.test(uri);
  made.Client.prototype.postLogoutRedirectUriAllowed = () => true;
  return made.callback();
}

let kid = 1;
let answer = await provider(kid);
createServer((request, response) => answer(request, response)).listen(port, '127.0.0.1', () => console.log('ready'));
const lines = createInterface({ input: process.stdin });
lines.on('line', async () => { answer = await provider(++kid); console.log('rotated'); });
lines.on('close', () => process.exit(0));
