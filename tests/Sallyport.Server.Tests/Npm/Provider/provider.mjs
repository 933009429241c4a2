// A certified OpenID Connect provider on loopback, for the tests. It prints its issuer, reads the redirect URI of the server under test from
// its first input line, prints "ready" and serves until its input ends. Whoever types an account's name at its login page is that account.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const jwk = (type, options, alg) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', alg });
const people = {
  pat: { name: 'Pat Provider', preferred_username: 'pat', email: 'pat@example.com', email_verified: true, groups: ['support-leads', 'sallyport-approvers'] },
  quinn: { name: 'Quinn Provider', preferred_username: 'quinn', email: 'quinn@example.com', email_verified: false, groups: ['sallyport-admins'] },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  // The name and the number of loopback are two sites to a browser, as a real provider and a real server are.
  const issuer = `http://localhost:${server.address().port}`;
  console.log(issuer);
  const input = createInterface({ input: process.stdin });
  input.once('line', (redirect) => {
    const client = (client_id, extra) => ({ client_id, client_secret: `secret of ${client_id}`, redirect_uris: [redirect], grant_types: ['authorization_code'], require_auth_time: true, ...extra });
    const provider = new Provider(issuer, {
      clients: [
        client('sallyport', { id_token_signed_response_alg: 'RS256', token_endpoint_auth_method: 'client_secret_basic' }),
        client('sallyport-es', { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_basic' }),
      ],
      jwks: { keys: [jwk('rsa', { modulusLength: 2048 }, 'RS256'), jwk('ec', { namedCurve: 'P-256' }, 'ES256')] },
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
      scopes: ['openid', 'profile', 'email', 'groups'],
      conformIdTokenClaims: false,
      cookies: { keys: ['only for tests'] },
      findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
    });
    server.on('request', provider.callback());
    console.log('ready');
  });
  input.once('close', () => process.exit(0));
});
