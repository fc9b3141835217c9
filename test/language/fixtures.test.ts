import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCodes, explain } from '../../language/index.ts';
import { markedCodes, renderFixture } from './fixture.ts';

const folder = join(import.meta.dirname, '../fixtures');
const update = process.env['UPDATE_FIXTURES'] === '1';

const fixtures = readdirSync(folder).flatMap((code) =>
  readdirSync(join(folder, code))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ code, name, path: join(folder, code, name) })),
);

describe('every fixture is found as it is marked (UPDATE_FIXTURES=1 rewrites the marks)', () => {
  it.each(fixtures)('$code/$name', ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const rendered = renderFixture(text);
    if (update && rendered !== text) writeFileSync(path, rendered);
    expect(update ? rendered : text).toBe(rendered);
  });
});

describe('every diagnostic code', () => {
  // A bug has no document that shows it.
  const withoutFixture = new Set(['internal-error']);

  it.each(allCodes.filter((code) => !withoutFixture.has(code)))('%s has a fixture that marks it', (code) => {
    const own = fixtures.filter((fixture) => fixture.code === code);
    expect(own.flatMap(({ path }) => markedCodes(readFileSync(path, 'utf8')))).toContain(code);
  });

  it.each([...allCodes])('%s has a page in the manual and in docs/diagnostics', (code) => {
    const page = explain(code);
    expect(page?.markdown).toContain('**Fix**');
    expect(readFileSync(join(folder, '../../docs/diagnostics', `${code}.md`), 'utf8')).toContain(page?.title ?? '?');
  });

  it('belongs to a fixture folder and to nothing else', () => {
    const strangers = fixtures.filter(({ code }) => code !== 'clean' && !allCodes.includes(code));
    expect(strangers).toEqual([]);
  });

  it('is never removed: this list only grows', () => {
    expect(allCodes).toEqual(expect.arrayContaining([...frozenCodes]));
    expect(allCodes.length).toBe(frozenCodes.length);
  });

  it('has no page when it does not exist', () => {
    expect(explain('no-such-code')).toBeNull();
    expect(explain('constructor')).toBeNull();
  });
});

/** Codes stand in users' comments and in links: none is ever removed or given another meaning. */
const frozenCodes: readonly string[] = [
  'adapter-needs',
  'agent-not-available',
  'agent-not-found',
  'alias-bomb',
  'amazon-spelling',
  'ambiguous-name',
  'branch-not-dependent',
  'cap-too-small',
  'choice-falls-through',
  'conflicting-fields',
  'cycle',
  'dead-end',
  'duplicate-id',
  'duplicate-item',
  'duplicate-key',
  'duplicate-label',
  'duplicate-state',
  'empty-document',
  'expression-not-evaluated',
  'expression-syntax',
  'file-too-large',
  'foreign-expression',
  'handler-order',
  'heartbeat-too-long',
  'inline-agent',
  'internal-error',
  'intrinsic-call',
  'invalid-character',
  'invalid-json-schema',
  'invalid-merge',
  'join-never-runs',
  'literal-credential',
  'malformed-digest',
  'malformed-rule',
  'malformed-value',
  'misplaced-field',
  'missing-field',
  'no-exit',
  'node-in-two-branches',
  'non-string-key',
  'not-a-number',
  'not-a-workflow',
  'not-an-agent',
  'not-an-ancestor',
  'not-runnable-yet',
  'nothing-to-do',
  'out-of-range',
  'outside-workspace',
  'path-never-written',
  'path-syntax',
  'quarantined-has-tools',
  'quarantined-not-read-only',
  'schema-not-found',
  'self-dependency',
  'too-deep',
  'too-few-items',
  'typographic-quotes',
  'undeclared-input',
  'unfit-default',
  'unknown-api-version',
  'unknown-context-field',
  'unknown-error-name',
  'unknown-field',
  'unknown-node',
  'unknown-provider',
  'unknown-server',
  'unknown-state',
  'unknown-tag',
  'unknown-value',
  'unreachable-handler',
  'unreachable-state',
  'unreadable-file',
  'unread-extra',
  'unresolved-alias',
  'unsafe-integer',
  'unused-ignore',
  'variable-never-assigned',
  'workflow-cycle',
  'workflow-not-found',
  'wrong-query-language',
  'wrong-type',
  'yaml-syntax',
];
