import { expect, it } from 'vitest';
import type { HostPool } from '../../client/hosts/host-pool.ts';
import { answerLockedSpecs } from '../../client/language/locked-specs.ts';
import { LOCKED_SPECS_REQUEST, type LockedSpecsAnswer, type LockedSpecsParams } from '../../protocol/language-requests.ts';

it('the ledger of the folder that is asked for answers the language server, and no runtime is started for it', async () => {
  const spec = { kind: 'agent', name: 'a', specHash: '1', content: '{}', sourcePath: null };
  const asked: unknown[] = [];
  const host = (state: string, folder: string) => ({ folder: { uri: folder }, host: { state: { kind: state }, call: async (...call: unknown[]) => { asked.push(call); return [spec]; } } });
  const hosts = { all: [host('ready', 'file:///other'), host('starting', 'file:///sleeps'), host('ready', 'file:///c%3A/here')] } as unknown as Pick<HostPool, 'all'>;
  let ask = async (_params: LockedSpecsParams): Promise<LockedSpecsAnswer> => await Promise.reject(new Error('nobody answers'));
  answerLockedSpecs(hosts, { answer: (method, answer) => { if (method === LOCKED_SPECS_REQUEST) ask = answer as unknown as typeof ask; } });
  expect(await ask({ folder: 'file:///c:/here/', specHashes: ['1'] })).toEqual([spec]);
  expect(asked).toEqual([['lockedSpecs', { specHashes: ['1'] }]]);
  expect(await ask({ folder: 'file:///sleeps', specHashes: ['1'] })).toEqual([]);
  expect(await ask({ folder: 'file:///nowhere', specHashes: ['1'] })).toEqual([]);
  expect(asked.length).toBe(1);
});
