import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Rooms whose code runs beside models. */
const ROOMS = ['protocol', 'language', 'runtime', 'cli', 'server'];
/** The one place where a connection to a model is opened. */
const DOOR = 'runtime/models/http-post.ts';

const MODULES = /^(?:node:)?(?:http|https|http2|net|tls|dgram)$|^(?:undici|axios|got|node-fetch|ws|openai|@anthropic-ai\/.*|ollama|ai|@ai-sdk\/.*)$/;
const GLOBALS = new Set(['fetch', 'WebSocket', 'XMLHttpRequest']);

/** What in a source opens connections: modules it imports, by whatever means, and globals it uses. */
function connectionsIn(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && MODULES.test(node.text) && isModuleName(node)) found.push(node.text);
    if (ts.isIdentifier(node) && GLOBALS.has(node.text) && !isMerelyAName(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isModuleName({ parent }: ts.Node): boolean {
  if (ts.isImportDeclaration(parent)) return parent.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  if (ts.isCallExpression(parent)) return parent.expression.kind === ts.SyntaxKind.ImportKeyword || parent.expression.getText().startsWith('require');
  return ts.isExportDeclaration(parent);
}

/** A property or a type of that name, except where it is taken from the global object. */
function isMerelyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return !/^(globalThis|global|window|self)$/.test(parent.expression.getText());
  return ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isTypeReferenceNode(parent);
}

function sources(): string[] {
  return ROOMS.flatMap((room) => readdirSync(path.join(root, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(ts|mjs|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

describe('a model is reached through one door', () => {
  test('nothing else in the project opens a connection', { timeout: 60_000 }, () => {
    const files = sources();
    expect(files).toContain(DOOR);
    expect(files.length).toBeGreaterThan(150);
    const doors = files.flatMap((file) => {
      const found = connectionsIn(file, readFileSync(path.join(root, file), 'utf8'));
      return found.length === 0 ? [] : [`${file}: ${found.join(', ')}`];
    });
    expect(doors).toEqual([`${DOOR}: node:http, node:https`]);
  });

  test.each([
    "import { request } from 'node:http';", "import net from 'net';", "const h = await import('node:https');", "const h = require('undici');", "export { request } from 'http2';",
    "await fetch('http://x');", 'const f = globalThis.fetch;', "new WebSocket('ws://x');", "import OpenAI from 'openai';",
  ])('sees %s', (code) => {
    expect(connectionsIn('a.ts', code)).toHaveLength(1);
  });

  test.each(["import type { IncomingHttpHeaders } from 'node:http';", "const name = 'http';", 'cache.fetch(1);', 'const x = { fetch: 1 };'])('lets %s be', (code) => {
    expect(connectionsIn('a.ts', code)).toEqual([]);
  });
});
