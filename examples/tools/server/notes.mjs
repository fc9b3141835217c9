// A tool server in sixty lines, without any package: it lists, reads and writes the notes of the folder it is given.
// It speaks MCP over its input and output, one JSON message a line.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folder = path.resolve(process.argv[2] ?? 'notes');

const NAME = { type: 'string', pattern: '^[a-z0-9-]+\\.md$', description: 'The name of a note, such as spring.md.' };

const TOOLS = [
  // What changes nothing says so: only such a tool may be used on a node that is read_only.
  { name: 'list_notes', description: 'The names of all notes.', inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: true } },
  { name: 'read_note', description: 'The text of a note.', inputSchema: { type: 'object', properties: { note: NAME }, required: ['note'] }, annotations: { readOnlyHint: true } },
  // Writing the same twice is the same as once: after a crash it may be called again.
  { name: 'write_note', description: 'Writes a note.', inputSchema: { type: 'object', properties: { note: NAME, text: { type: 'string' } }, required: ['note', 'text'] }, annotations: { idempotentHint: true } },
];

/** @param {string} tool @param {{ note?: string, text?: string }} given */
function use(tool, given) {
  const name = given.note ?? '';
  if (tool === 'list_notes') return readdirSync(folder).filter((file) => file.endsWith('.md')).sort().join('\n');
  if (!/^[a-z0-9-]+\.md$/.test(name)) throw new Error(`"${name}" is no name of a note.`);
  if (tool === 'read_note') return readFileSync(path.join(folder, name), 'utf8');
  if (tool !== 'write_note') throw new Error(`There is no tool ${tool}.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), given.text ?? '');
  return `${name} is written.`;
}

/** @param {{ method: string, params?: any }} request */
function answer({ method, params }) {
  switch (method) {
    case 'initialize':
      return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1' } };
    case 'tools/list':
      return { tools: TOOLS };
    case 'tools/call':
      try {
        return { content: [{ type: 'text', text: use(params.name, params.arguments ?? {}) }] };
      } catch (error) {
        // A failure of the tool goes to the model, which can try something else.
        return { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] };
      }
    default:
      return {};
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  if (request.id === undefined || request.method === undefined) return;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, result: answer(request) })}\n`);
});
