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

// The client library refuses task results, so the package for the Tasks extension is given the wire: one POST for each request.
async function dispatch(request) {
  const { method, params } = request;
  const headers = {
    ...requestInit.headers, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': revision, 'Mcp-Method': method, 'Mcp-Name': params.name ?? params.taskId,
  };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...request }) });
  const text = await answer.text();
  const data = answer.headers.get('content-type').startsWith('application/json') ? text : text.split('\n').find((line) => line.startsWith('data: {')).slice(6);
  const message = JSON.parse(data);
  return 'error' in message ? { kind: 'error', error: message.error } : { kind: 'result', result: message.result };
}

let execution;
async function startTask({ name, arguments: args }) {
  const { createTaskSessionFromClient } = await import('@modelcontextprotocol/ext-tasks/client');
  const v2RequestFraming = { protocolVersion: revision, clientInfo: identity, clientCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } };
  const session = createTaskSessionFromClient(client, { endpointId: 'sallyport', rawDispatch: dispatch, v2RequestFraming });
  execution = await session.callTool(name, args);
  return { kind: execution.kind, taskId: execution.handle?.taskId ?? null };
}

const operations = {
  async connect() {
    await client.connect(transport);
    const version = client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion;
    return { version, server: client.getServerVersion(), capabilities: client.getServerCapabilities(), instructions: client.getInstructions() };
  },
  listTools: () => client.listTools(),
  callTool: ({ name, arguments: args }) => client.callTool({ name, arguments: args }),
  startTask,
  settleTask: () => execution.settle(),
  cancelTask: () => execution.cancel(),
  close: () => client.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...rest } = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify({ ok: (await operations[op](rest)) ?? null }) + '\n');
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: { name: error.name, code: error.code ?? null, message: [error.message, error.cause?.message].filter(Boolean).join(' ') } }) + '\n');
  }

  if (op === 'close') break;
}
