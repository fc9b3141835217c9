import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { makeWorkspace } from '../cli/kit.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** All rooms of code that ships. */
const ROOMS = ['protocol', 'language', 'disk', 'runtime', 'cli', 'server', 'client', 'webview'];
/** The one place where a connection to a model is opened. */
const DOOR = 'runtime/models/http-post.ts';
/** The one place where the editor's own models are asked, and the one where a page of ours loads its own worker, which its policy confines it to. */
const EDITOR_DOOR = 'client/models/editor-model-call.ts';
const OWN_FILES = 'webview/graph/main.ts';

const MODULES = /^(?:node:)?(?:http|https|http2|net|tls|dgram)$|^(?:undici|axios|got|node-fetch|ws|openai|@anthropic-ai\/.*|ollama|ai|@ai-sdk\/.*)$/;
const GLOBALS = new Set(['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'sendBeacon']);

/** What in a source opens connections: modules it imports, by whatever means, and globals it uses. */
function connectionsIn(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && MODULES.test(node.text) && isModuleName(node)) found.push(node.text);
    // Language clients and servers send requests too, by the same name.
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'sendRequest' && !/^(?:this\.)?#?(?:client|connection)\b/i.test(node.expression.getText())) found.push('lm.sendRequest');
    if (ts.isIdentifier(node) && GLOBALS.has(node.text) && !isMerelyAName(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isModuleName({ parent }: ts.Node): boolean {
  if (ts.isImportDeclaration(parent)) return parent.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  if (ts.isCallExpression(parent)) return parent.expression.kind === ts.SyntaxKind.ImportKeyword || /^(?:require|createRequire|(?:process\.)?getBuiltinModule)\b/.test(parent.expression.getText());
  if (ts.isExternalModuleReference(parent)) return true;
  return ts.isExportDeclaration(parent);
}

/** A property or a type of that name, except where it is taken from the global object. */
function isMerelyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return !/^(globalThis|global|window|self|navigator)$/.test(parent.expression.getText());
  return ts.isInterfaceDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isTypeReferenceNode(parent);
}

/** Of every file of a tree that opens connections: by what. */
function doorsOf(tree: string): { readonly seen: readonly string[]; readonly doors: readonly string[] } {
  const seen = sources(tree);
  const doors = seen.flatMap((file) => {
    const found = connectionsIn(file, readFileSync(path.join(tree, file), 'utf8'));
    return found.length === 0 ? [] : [`${file}: ${[...new Set(found)].join(', ')}`];
  });
  return { seen, doors };
}

function sources(tree: string): string[] {
  return ROOMS.filter((room) => existsSync(path.join(tree, room))).flatMap((room) => readdirSync(path.join(tree, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(ts|mjs|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

describe('a model is reached through one door', () => {
  test('nothing else in the project opens a connection', { timeout: 240_000 }, () => {
    const { seen, doors } = doorsOf(root);
    expect(seen).toContain(DOOR);
    for (const room of ROOMS) expect(seen.some((file) => file.startsWith(`${room}/`)), room).toBe(true);
    expect(seen.length).toBeGreaterThan(300);
    expect(doors.toSorted()).toEqual([`${EDITOR_DOOR}: lm.sendRequest`, `${DOOR}: node:http, node:https`, `${OWN_FILES}: fetch`]);
  });

  test.each(ROOMS)('a second door, planted in %s, is found', (room) => {
    const tree = makeWorkspace({ [`${room}/deep/below/second-door.ts`]: "export const ask = async (): Promise<unknown> => (await import('node:https')).request('https://api.example');\n", [DOOR]: "import { request } from 'node:http';\nexport const send = request;\n" });
    expect(doorsOf(tree).doors.toSorted()).toEqual([`${DOOR}: node:http`, `${room}/deep/below/second-door.ts: node:https`].toSorted());
  });

  test.each([
    "import { request } from 'node:http';", "import net from 'net';", "const h = await import('node:https');", "const h = require('undici');", "export { request } from 'http2';",
    "await fetch('http://x');", 'const f = globalThis.fetch;', "new WebSocket('ws://x');", "import OpenAI from 'openai';", "const h = process.getBuiltinModule('http');", "import h = require('https');", "createRequire(import.meta.url)('net');",
    "navigator.sendBeacon('/x');", "new EventSource('/x');", 'await model.sendRequest([]);',
  ])('sees %s', (code) => {
    expect(connectionsIn('a.ts', code)).toHaveLength(1);
  });

  test.each(["import type { IncomingHttpHeaders } from 'node:http';", "const name = 'http';", 'cache.fetch(1);', 'this.#client.sendRequest(a);', 'interface EventSource { x: 1 }', 'const x = { fetch: 1 };'])('lets %s be', (code) => {
    expect(connectionsIn('a.ts', code)).toEqual([]);
  });
});
