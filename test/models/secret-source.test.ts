import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { secretsFrom } from '../../runtime/models/secret-source.ts';

/** A keychain with one entry, `TEAM_KEY`, that counts how often it was asked. */
function keychain(): { readonly command: string; readonly asked: () => number } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook keys '));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  const script = path.join(folder, 'keys.cjs');
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  writeFileSync(script, `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x'); if (process.argv[2] === 'TEAM_KEY') console.log('from the keychain'); else process.exit(44);`);
  return { command: `${process.execPath} "${script}"`, asked: () => readFileSync(log, 'utf8').length };
}

describe('secrets', () => {
  test('come from the environment first, then from the keychain command, which is asked once for each', () => {
    const { command, asked } = keychain();
    const secret = secretsFrom({ OPENAI_API_KEY: 'from the environment', TEAM_KEY: '', DAGBOOK_SECRET_COMMAND: command });
    expect(secret('OPENAI_API_KEY')).toBe('from the environment');
    expect(asked()).toBe(0);
    expect([secret('TEAM_KEY'), secret('TEAM_KEY'), secret('OTHER'), secret('OTHER')]).toEqual(['from the keychain', 'from the keychain', null, null]);
    expect(asked()).toBe(2);
  });

  test('the name goes where {name} stands, as one word that no shell reads', () => {
    const { command } = keychain();
    expect(secretsFrom({ DAGBOOK_SECRET_COMMAND: `${command} '{name}'` })('TEAM_KEY')).toBe('from the keychain');
    expect(secretsFrom({ DAGBOOK_SECRET_COMMAND: command })('TEAM_KEY; echo x')).toBeNull();
  });

  test('without a command there is nothing more; a command that is not there is told', () => {
    expect(secretsFrom({})('A')).toBeNull();
    expect(() => secretsFrom({ DAGBOOK_SECRET_COMMAND: '/nowhere/keys' })('A')).toThrow('DAGBOOK_SECRET_COMMAND names /nowhere/keys');
  });
});
