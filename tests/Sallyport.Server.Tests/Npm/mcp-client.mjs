// A real MCP client, driven over lines of JSON: one command in, one answer out. Usage: node mcp-client.mjs PACKAGE REVISION.
import { createInterface } from 'node:readline';

const [library, revision] = process.argv.slice(2);
const { MCP_URL: url, MCP_TOKEN: token, MCP_CLIENT_ID: clientId, MCP_ASSERTION: jwtBearerAssertion } = process.env;
const requestInit = token ? { headers: { Authorization: `Bearer ${token}` } } : {};
const identity = { name: 'sallyport-tests', version: '1.0.0' };

async function create() {
  if (library === '@modelcontextprotocol/sdk') {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    return [new Client(identity), new StreamableHTTPClientTransport(new URL(url), { requestInit })];
  }

  const { Client, StaticPrivateKeyJwtProvider, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  // Without a token the client finds the token endpoint by itself, from the 401 on.
  const authProvider = token ? undefined : new StaticPrivateKeyJwtProvider({ clientId, jwtBearerAssertion, expectedIssuer: new URL(url).origin });
  const mode = revision === '2026-07-28' ? { pin: revision } : 'legacy';
  return [new Client(identity, { versionNegotiation: { mode } }), new StreamableHTTPClientTransport(new URL(url), { requestInit, authProvider })];
}

const [client, transport] = await create();
const operations = {
  async connect() {
    await client.connect(transport);
    const version = client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion;
    return { version, server: client.getServerVersion(), capabilities: client.getServerCapabilities(), instructions: client.getInstructions() };
  },
  listTools: () => client.listTools(),
  callTool: ({ name, arguments: args }) => client.callTool({ name, arguments: args }),
  close: () => client.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...rest } = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify({ ok: (await operations[op](rest)) ?? null }) + '\n');
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: { name: error.name, code: error.code ?? null, message: String(error.message) } }) + '\n');
  }

  if (op === 'close') break;
}
