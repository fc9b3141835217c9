import { beforeEach, expect, it, vi } from 'vitest';
import { chooseAmong } from '../../client/workbench/choose-workflow.ts';
import { convertDocument } from '../../client/workbench/convert-document.ts';
import { editor, newEditor, uri } from './fake-vscode.ts';

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);

beforeEach(newEditor);

const FILES = ['file:///home/me/project/configs/order.states.yaml', 'untitled:/home/me/project/configs/order.states.yaml', 'untitled:order.states.yaml'].map(uri);

it('what a document shall be converted to is asked by its short name, also of one that is not saved yet', async () => {
  for (const file of FILES) await convertDocument({} as never, file);
  expect(editor.shown).toEqual(FILES.map(() => ['box', 'Convert order.states.yaml to what?']));
});

it('which workflow of a file is meant is asked by its short name, too', async () => {
  for (const file of FILES) await chooseAmong([{ name: 'A' }, { name: 'B' }] as never, file, null);
  expect(editor.shown).toEqual(FILES.map(() => ['box', 'Which workflow of order.states.yaml?']));
});
