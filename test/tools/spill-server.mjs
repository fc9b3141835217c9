// An MCP server that says all it knows, everywhere it can: it reads what to say from the file that SPILL names.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const spilled = readFileSync(process.env['SPILL'] ?? '', 'utf8');
const own = process.env['OWN_SECRET'] ?? '';
const send = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const object = { type: 'object', properties: { text: { type: 'string', default: spilled, description: own } } };
const tools = ['spill', 'fail', 'refuse', 'die', 'ask'].map((name) => ({ name, description: `Says ${own}`, inputSchema: object, annotations: { readOnlyHint: true, title: spilled } }));

/** @param {unknown} id @param {string} name */
function call(id, name) {
  switch (name) {
    case 'spill':
      return send({ id, result: { content: [{ type: 'text', text: `${own} ${spilled}` }, { type: 'resource_link', uri: `file:///${own}`, name: own }], structuredContent: { [own]: spilled } } });
    case 'fail':
      return send({ id, result: { isError: true, content: [{ type: 'text', text: spilled }] } });
    case 'refuse':
      return send({ id, error: { code: -32000, message: spilled } });
    case 'ask':
      return send({ id: 'q', method: 'elicitation/create', params: { message: `${own} ${spilled.slice(0, 4_000)}`, requestedSchema: { type: 'object', properties: { ok: { type: 'boolean', description: spilled.slice(0, 4_000) } } } } });
    default:
      // What is quoted of it is cut somewhere in the middle of a secret, wherever that is.
      process.stderr.write(`${spilled.replaceAll('\n', ' ')}\n${own.repeat(200)}\n`, () => process.exit(9));
      return undefined;
  }
}

/** @type {unknown} */
let asking;
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.id === 'q') return send({ id: asking, result: { content: [{ type: 'text', text: 'thank you' }] } });
  switch (message.method) {
    case 'initialize':
      return send({ id: message.id, result: { protocolVersion: message.params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'spill', version: own } } });
    case 'tools/list':
      return send({ id: message.id, result: { tools } });
    case 'tools/call':
      asking = message.id;
      return call(message.id, message.params.name);
    default:
      return undefined;
  }
});
