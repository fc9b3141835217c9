// An MCP server that behaves as its arguments say: `stage-server.mjs [mark] [behaviour…]`. It speaks MCP by hand, so that
// it can do what no library would.
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, ...behaviours] = process.argv.slice(2);
const does = (/** @type {string} */ what) => behaviours.includes(what);
const log = process.env['STAGE_LOG'];
const note = (/** @type {string} */ text) => {
  if (log !== undefined) appendFileSync(log, `${String(process.pid)} ${text}\n`);
};
const send = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const say = (/** @type {unknown} */ id, /** @type {string} */ text) => send({ id, result: { content: [{ type: 'text', text }] } });

note('start');
if (does('banner')) process.stdout.write('Welcome to the stage!\nsecond line\n');
if (does('dies-at-start')) {
  process.stderr.write('no stage today\n');
  process.exit(3);
}
if (does('garbage-at-start')) for (let i = 0; i < 100; i++) process.stdout.write(`noise ${String(i)}\n`);
if (does('stubborn')) {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1000);
}
if (does('child')) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', process.argv[2] ?? ''], { stdio: 'ignore' });

const object = { type: 'object', properties: { text: { type: 'string' }, n: { type: 'integer' } } };
const tools = [
  { name: 'echo', description: 'Says it back.', inputSchema: { ...object, required: ['text'] }, annotations: { readOnlyHint: true } },
  { name: 'write', description: 'Writes it down.', inputSchema: { ...object, required: ['text'] } },
  { name: 'set', description: 'Sets it.', inputSchema: object, annotations: { idempotentHint: true } },
  { name: 'slow', description: 'Takes its time.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'slow-write', description: 'Writes, and takes its time.', inputSchema: object },
  { name: 'fail', description: 'Fails.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'break', description: 'Does what the arguments of the server say.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'break-write', description: 'The same, and may write.', inputSchema: object },
  { name: 'ask-model', description: 'Asks a model.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'ask-model-to-look', description: 'Shows a model an image.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'ask-person', description: 'Asks a person.', inputSchema: object },
  { name: 'environment', description: 'Says what it was given.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'show', description: 'Answers with the content of a file.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'big', description: 'Says much.', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'bad.name/with spaces', description: 'Has a name that no model takes.', inputSchema: object, annotations: { readOnlyHint: true } },
];

let asked = 0;
/** @type {Map<unknown, (result: any) => void>} */
const waiting = new Map();
const ask = (/** @type {string} */ method, /** @type {object} */ params) =>
  new Promise((resolve) => {
    const id = `q${String(++asked)}`;
    waiting.set(id, resolve);
    send({ id, method, params });
  });

/** What a form may hold, of every kind that MCP knows. */
const FORM = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name', minLength: 2, maxLength: 20 }, mail: { type: 'string', format: 'email' }, site: { type: 'string', format: 'uri' }, day: { type: 'string', format: 'date' }, at: { type: 'string', format: 'date-time' },
    count: { type: 'integer', minimum: 1, maximum: 9 }, share: { type: 'number', minimum: 0, maximum: 1 }, sure: { type: 'boolean', default: false }, plain: { type: 'string', enum: ['a', 'b'] }, old: { type: 'string', enum: ['a', 'b'], enumNames: ['A', 'B'] },
    titled: { type: 'string', oneOf: [{ const: 'a', title: 'A' }, { const: 'b', title: 'B' }] }, several: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', enum: ['a', 'b', 'c'] } }, named: { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }, { const: 'b', title: 'B' }] } },
  },
  required: ['name', 'count', 'sure'],
};
/** Answers that wait for one another. @type {(() => void)[]} */
const held = [];
let changed = false;

/** @param {unknown} id @param {any} params */
async function call(id, { name, arguments: given = {}, _meta = {} }) {
  note(`call ${name} ${given.text ?? ''}`);
  if (does('logs-to-stdout')) process.stdout.write(`[info] called ${name}\n{"level":"info","msg":"called"}\n\n`);
  if (does('chatters')) {
    send({ method: 'notifications/progress', params: { progressToken: 'nobody-s', progress: 1 } });
    send({ method: 'notifications/of-tomorrow', params: {} });
    send({ method: 'notifications/message', params: { level: 'debug', data: { any: 'thing' } } });
    send({ id: `ping-${String(id)}`, method: 'ping' });
    send({ id: `odd-${String(id)}`, method: 'nobody/knows', params: {} });
  }
  if (does('changes-tools') && !changed) {
    changed = true;
    send({ method: 'notifications/tools/list_changed' });
    return say(id, 'now all is different');
  }
  if (changed) return send({ id, error: { code: -32602, message: `Tool ${name} not found` } });
  if (does('out-of-order')) {
    held.push(() => say(id, given.text ?? ''));
    if (held.length === 3) for (const answer of held.splice(0).reverse()) answer();
    return undefined;
  }
  switch (name) {
    case 'echo':
    case 'bad.name/with spaces':
      return say(id, `${given.text ?? ''}${process.env['STAGE_SECRET'] ?? ''}`);
    case 'write':
    case 'set':
      return say(id, `wrote ${given.text ?? ''}`);
    case 'slow':
    case 'slow-write':
      return setTimeout(() => say(id, 'at last'), given.n ?? 60_000);
    case 'fail':
      return send({ id, result: { isError: true, content: [{ type: 'text', text: 'it cannot be done' }] } });
    case 'break':
    case 'break-write':
      return misbehave(id, _meta.progressToken);
    case 'ask-model-to-look': {
      const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', mimeType: 'image/png', data: given.text ?? '' }];
      const result = /** @type {any} */ (await ask('sampling/createMessage', { maxTokens: 50, messages: [{ role: 'user', content }] }));
      return say(id, `the model saw: ${result.result?.content?.text ?? JSON.stringify(result.error)}`);
    }
    case 'ask-model': {
      const more = does('asks-with-tools') ? { tools: [{ name: 'x', inputSchema: { type: 'object' } }], toolChoice: { mode: 'required' } } : {};
      const result = /** @type {any} */ (await ask('sampling/createMessage', { ...more, maxTokens: given.n ?? 50, systemPrompt: 'Be a poet.', messages: [{ role: 'user', content: { type: 'text', text: given.text ?? 'A line?' } }] }));
      return say(id, `the model said: ${result.result?.content?.text ?? JSON.stringify(result.error)}`);
    }
    case 'ask-person': {
      if (does('asks-for-a-page')) return say(id, JSON.stringify(await ask('elicitation/create', { mode: 'url', message: 'Go there.', url: 'https://example.org/', elicitationId: 'e' })));
      if (does('asks-much')) return say(id, `the person said: ${JSON.stringify(/** @type {any} */ (await ask('elicitation/create', { message: 'All of it?', requestedSchema: FORM })).result)}`);
      const result = /** @type {any} */ (await ask('elicitation/create', { message: 'Really?', requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] } }));
      note(`answered ${JSON.stringify(result.result)}`);
      return say(id, `the person said: ${JSON.stringify(result.result ?? result.error)}`);
    }
    case 'environment': {
      const roots = /** @type {any} */ (await ask('roots/list', {}));
      return say(id, JSON.stringify({ names: Object.keys(process.env).sort(), cwd: process.cwd(), roots: roots.result?.roots }));
    }
    case 'show':
      return send({ id, result: { content: JSON.parse(readFileSync(given.text ?? '', 'utf8')) } });
    case 'big':
      return say(id, 'ü'.repeat(given.n ?? 100_000));
    default:
      return send({ id, error: { code: -32602, message: `Tool ${name} not found` } });
  }
}

/** @param {unknown} id @param {unknown} progressToken */
function misbehave(id, progressToken) {
  if (does('dies')) process.exit(7);
  if (does('dies-once') && log !== undefined) {
    note('died');
    process.exit(7);
  }
  if (does('killed')) process.kill(process.pid, 'SIGKILL');
  if (does('garbage')) for (let i = 0; i < 1000; i++) process.stdout.write('}{ not json\n');
  if (does('floods-notifications')) {
    const flood = () => {
      for (let i = 0; i < 2000; i++) send({ method: 'notifications/message', params: { level: 'info', data: 'x' } });
      setImmediate(flood);
    };
    flood();
  }
  if (does('floods-a-line')) {
    const flood = () => void process.stdout.write('x'.repeat(1024 * 1024), () => setImmediate(flood));
    flood();
  }
  if (does('wrong-answer')) send({ id, result: { content: 'no list' } });
  if (does('wrong-id')) say('somebody else', 'hello');
  if (does('closes-output')) process.stdout.end();
  if (does('server-error')) send({ id, error: { code: -32603, message: 'inside out' } });
  if (does('progress')) {
    let left = 6;
    const timer = setInterval(() => {
      send({ method: 'notifications/progress', params: { progressToken, progress: 6 - left, total: 6 } });
      if (--left === 0) {
        clearInterval(timer);
        say(id, 'after a while');
      }
    }, 1_000);
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === undefined) return waiting.get(message.id)?.(message);
  switch (message.method) {
    case 'initialize':
      if (does('hangs-at-start')) return undefined;
      return send({ id: message.id, result: { protocolVersion: message.params.protocolVersion, capabilities: does('no-tools') ? {} : { tools: {} }, serverInfo: { name: 'stage', version: '1' } } });
    case 'tools/list':
      if (does('hangs-at-list')) return undefined;
      if (does('circles')) return send({ id: message.id, result: { tools: tools.slice(0, 2), nextCursor: 'again' } });
      if (does('twice')) return send({ id: message.id, result: { tools: [...tools, { ...tools[0], description: 'Another.' }] } });
      if (does('pages')) {
        const at = Number(message.params?.cursor ?? 0);
        return send({ id: message.id, result: { tools: tools.slice(at, at + 1), ...(at + 1 < tools.length ? { nextCursor: String(at + 1) } : {}) } });
      }
      return send({ id: message.id, result: { tools } });
    case 'tools/call':
      return void call(message.id, message.params);
    case 'notifications/cancelled':
      return note('cancelled');
    default:
      return undefined;
  }
});
