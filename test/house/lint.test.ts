import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
// Without types, so that files which do not exist can be looked at.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }] });

async function rules(file: string, code: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return result!.messages.map(({ ruleId }) => ruleId).filter((rule) => rule !== '@typescript-eslint/no-unused-expressions');
}

describe('lint keeps adapters and agents pure over the durable context', () => {
  const impure = [
    'export const a = Date.now();', 'export const a = new Date();', 'export const a = Date();', 'const D = Date; export const a = new D();',
    'export const a = Math.random();', 'setTimeout(() => undefined, 1);', 'setInterval(() => undefined, 1);', 'setImmediate(() => undefined);',
    'queueMicrotask(() => undefined);', "export const a = fetch('x');", 'export const a = process.env;', 'export const a = performance.now();',
    'export const a = crypto.randomUUID();', "import 'node:fs';", "import { setTimeout as wait } from 'node:timers/promises'; export { wait };",
    'export const a = globalThis;', "console.log('x');",
  ];
  it.each(impure)('refuses %s', async (code) => {
    for (const room of ['adapters', 'agents']) {
      expect((await rules(`runtime/${room}/deep/sample.ts`, `${code}\n`)).filter((rule) => rule?.startsWith('no-restricted-'))).not.toEqual([]);
    }
  });

  it('allows what only computes', async () => {
    const code = 'export function later(at: Date, ms: number): Date {\n  return new Date(at.getTime() + Math.max(0, ms));\n}\n';
    expect(await rules('runtime/adapters/sample.ts', code)).toEqual([]);
  });

  it('lets the rooms around them have the clock', async () => {
    expect(await rules('runtime/durable/sample.ts', 'export const a = (): number => Date.now();\n')).toEqual([]);
  });
});

describe('lint keeps text of documents and models plain in the editor', () => {
  it.each(['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'showQuickPick', 'showInputBox', 'withProgress', 'setStatusBarMessage'])('refuses %s outside of its door', async (name) => {
    const code = `import * as vscode from 'vscode';\nexport const a: unknown = vscode.window.${name};\n`;
    expect(await rules('client/runs/sample.ts', code)).toEqual(['no-restricted-syntax']);
    expect(await rules('client/workbench/plain-window.ts', code)).toEqual([]);
  });

  it('and the rest of the style beside it', async () => {
    expect(await rules('client/runs/sample.ts', 'export default 1;\n')).toContain('no-restricted-syntax');
  });
});

describe('lint keeps the style', () => {
  it.each([
    ['export default 1;', 'no-restricted-syntax'],
    ["export * from './a.ts';", 'no-restricted-syntax'],
    ['let state = 1; export const next = (): number => (state += 1);', 'no-restricted-syntax'],
    ['export const a = (value: any): string => String(value);', '@typescript-eslint/no-explicit-any'],
    ["console.log('x');", 'no-console'],
    ['export const a = (x: number): boolean => x == 1;', 'eqeqeq'],
    [`export const a = 1;\n${'export type A = 1;\n'.repeat(1)}${Array.from({ length: 401 }, (_, at) => `export const b${at} = 1;`).join('\n')}`, 'max-lines'],
  ])('%.40s', async (code, rule) => {
    expect(await rules('runtime/sample.ts', `${code}\n`)).toContain(rule);
  });

  it('lets no test be skipped or left alone', async () => {
    expect(await rules('test/sample.test.ts', "import { it } from 'vitest';\nit.skip('x', () => undefined);\nit.only('y', () => undefined);\n")).toEqual(['no-restricted-properties', 'no-restricted-properties']);
  });
});
