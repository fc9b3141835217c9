import { describe, expect, it } from 'vitest';
import { documentAt, innermostAt } from '../../client/language/choose-document.ts';
import { FrameBatch } from '../../client/panels/frame-batch.ts';
import { readGraphMessage } from '../../client/panels/graph-message.ts';
import { LockedTexts } from '../../client/panels/locked-texts.ts';
import { PictureFollower } from '../../client/panels/picture-follower.ts';
import { readRunMessage } from '../../client/panels/run-message.ts';
import { panelHtml } from '../../client/panels/panel-html.ts';
import type { TextRange } from '../../protocol/text-range.ts';

const settled = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };

describe('a picture that follows its document', () => {
  it('asks one question at a time, and once more for whatever changed meanwhile', async () => {
    const answers: ((picture: string) => void)[] = [];
    const shown: string[] = [];
    const follower = new PictureFollower<string>((picture) => shown.push(picture), () => undefined);
    follower.follow(() => new Promise((resolve) => answers.push(resolve)));
    for (let key = 0; key < 10; key++) follower.changed();
    expect(answers).toHaveLength(1);
    answers[0]!('before');
    await settled();
    expect(answers).toHaveLength(2);
    answers[1]!('after');
    await settled();
    expect(answers).toHaveLength(2);
    expect(shown).toEqual(['before', 'after']);
  });

  it('drops what comes for a document that is not shown any more', async () => {
    const shown: string[] = [];
    const failures: unknown[] = [];
    let late: (picture: string) => void = () => undefined;
    const follower = new PictureFollower<string>((picture) => shown.push(picture), (error) => failures.push(error));
    follower.follow(() => new Promise((resolve) => { late = resolve; }));
    follower.follow(async () => 'second');
    late('first');
    await settled();
    expect(shown).toEqual(['second']);
    follower.follow(async () => { throw new Error('no server'); });
    await settled();
    expect(failures).toHaveLength(1);
  });
});

describe('frames on their way to a page', () => {
  it('go once per beat, in order, and at once when asked to', () => {
    const sent: (readonly number[])[] = [];
    const beats: (() => void)[] = [];
    const batch = new FrameBatch<number>((items) => sent.push(items), (callback) => beats.push(callback));
    for (const item of [1, 2, 3]) batch.add(item);
    expect([beats.length, sent.length]).toEqual([1, 0]);
    beats[0]!();
    expect(sent).toEqual([[1, 2, 3]]);
    batch.add(4);
    batch.flush();
    batch.flush();
    beats[1]!();
    expect(sent).toEqual([[1, 2, 3], [4]]);
    batch.add(5);
    batch.drop();
    beats[2]!();
    expect(sent).toHaveLength(2);
  });
});

describe('messages of pages', () => {
  const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } };

  it('are taken when they have the shape they must have, and nothing of them but the fields we know', () => {
    expect(readGraphMessage({ kind: 'reveal', range, focus: true, evil: 1 })).toEqual({ kind: 'reveal', range, focus: true });
    expect(readGraphMessage({ kind: 'node-action', action: 'fork-from', node: 'a' })).toEqual({ kind: 'node-action', action: 'fork-from', node: 'a' });
    expect(readRunMessage({ kind: 'compare', with: 'parent' })).toEqual({ kind: 'compare', with: 'parent' });
    expect(readRunMessage({ kind: 'open', seq: 3, part: 'request' })).toEqual({ kind: 'open', seq: 3, part: 'request' });
    expect(readRunMessage({ kind: 'open-address', address: 'HTTPS://Example.org' })).toEqual({ kind: 'open-address', address: 'https://example.org/' });
  });

  it('name pages of the web, or no address at all', () => {
    const evil = ['javascript:alert(1)', 'file:///etc/passwd', 'command:workbench.action.terminal.new', 'vscode://x/y', 'data:text/html,x', 'https://name:secret@example.org/', '//example.org', 'example.org', '', `https://example.org/${'a'.repeat(3_000)}`, 7, null];
    expect(evil.map((address) => readRunMessage({ kind: 'open-address', address }))).toEqual(evil.map(() => null));
  });

  it('are dropped when they have not', () => {
    const graph: readonly unknown[] = [
      null, 'ready', [], {}, { kind: 'nonsense' }, { kind: 'reveal', range: { start: { line: -1, character: 0 }, end: range.end }, focus: true }, { kind: 'reveal', range }, { kind: 'run' },
      { kind: 'node-action', action: 'delete-everything', node: 'a' }, { kind: 'document', document: 1.5 }, { kind: 'export', format: 'exe', data: '' }, { kind: 'halt', run: 7 }, { kind: 'direction', direction: 'up' },
    ];
    expect(graph.map(readGraphMessage)).toEqual(graph.map(() => null));
    const run: readonly unknown[] = [undefined, 1, { kind: 'action', action: 'format-disk' }, { kind: 'bodies', agentRun: 'a', seq: '1' }, { kind: 'fork', path: 'x' }, { kind: 'open', seq: 1, part: 'etc' }, { kind: 'copy', text: {} }, { kind: 'diff-versions', of: 'secret', a: '1', b: '2' }, { kind: 'diff-versions', of: 'agent', a: '1' }];
    expect(run.map(readRunMessage)).toEqual(run.map(() => null));
  });
});

describe('the page of a panel', () => {
  it.each([null, 'https://own/worker.js"onload="x'])('allows one script by its nonce, nothing inline and nothing from elsewhere: worker %s', (worker) => {
    const html = panelHtml({ cspSource: 'https://own', nonce: 'N', script: 'https://own/run.js"onload="x', style: 'https://own/run.css', worker, title: '</title><script>', language: 'en' }).replaceAll('&#39;', "'");
    expect(html).toContain(`default-src 'none'; script-src 'nonce-N'; style-src https://own;`);
    expect(html).not.toMatch(/unsafe-(inline|eval)/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('"onload="');
  });
});

describe('where the cursor stands', () => {
  const lines = (start: number, end: number): { readonly range: TextRange } => ({ range: { start: { line: start, character: 0 }, end: { line: end, character: 0 } } });

  it('is in the last document that begins before it', () => {
    const documents = [lines(0, 9), lines(10, 20)];
    expect(documentAt(documents, { line: 4, character: 0 })).toBe(documents[0]);
    expect(documentAt(documents, { line: 30, character: 0 })).toBe(documents[1]);
    expect(documentAt([lines(5, 6)], { line: 0, character: 0 })).not.toBeNull();
    expect(documentAt([], { line: 0, character: 0 })).toBeNull();
  });

  it('is in the smallest node that holds it', () => {
    const nodes = [lines(0, 20), lines(5, 8), { range: null }];
    expect(innermostAt(nodes, { line: 6, character: 1 })).toBe(nodes[1]);
    expect(innermostAt([...nodes].reverse(), { line: 6, character: 1 })).toBe(nodes[1]);
    expect(innermostAt(nodes, { line: 15, character: 0 })).toBe(nodes[0]);
    expect(innermostAt(nodes, { line: 40, character: 0 })).toBeNull();
  });
});

describe('texts that were locked', () => {
  it('are remembered for the runs of this window, and not for ever', () => {
    const texts = new LockedTexts();
    for (let run = 0; run < 400; run++) texts.remember(`r${run}`, `t${run}`);
    expect([texts.of('r399'), texts.of('r0'), texts.of('unknown')]).toEqual(['t399', null, null]);
  });
});
