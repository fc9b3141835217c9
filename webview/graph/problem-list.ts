import type { PictureNode } from '../../protocol/picture.ts';
import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Rect } from './metrics.ts';
import type { Acts, PanelView } from './panel-view.ts';

/** `code: message`, the code as a heading; what is quoted in the message looks like code. */
export function problemList(node: PictureNode, acts: Acts): VElement {
  const { messages, errors, warnings } = node.problems;
  const left = errors + warnings - messages.length;
  const only = codeOf(messages[0] ?? '');
  return h('div', { class: 'problems' }, [
    messages.map((message, at) => {
      const code = codeOf(message);
      const words = code === '' ? message : message.slice(code.length + 2);
      const kind = at < errors ? 'error' : 'warning';
      return h('div', { class: 'problem-entry' }, [h('h2', {}, [icon(kind, kind), code === '' ? kind : code]), h('p', {}, quoted(words)), messages.length > 1 && code !== '' && h('div', { class: 'acts' }, about(code, node, acts))]);
    }),
    left > 0 && h('p', { class: 'dim' }, `and ${left} more`),
    h('div', { class: 'acts' }, [
      messages.length === 1 && only !== '' && about(only, node, acts),
      node.range !== null && h('button', { class: 'link' }, `Go to line ${(node.idRange ?? node.range).start.line + 1}`, { on: { click: () => acts.reveal(node.id, true) } }),
      h('button', { class: 'link' }, 'Show problems', { on: { click: () => acts.send({ kind: 'problems' }) } }),
    ]),
  ]);
}

/** Empty where the message names none. */
function codeOf(message: string): string {
  return /^([a-z0-9-]+): /.exec(message)?.[1] ?? '';
}

function about(code: string, node: PictureNode, acts: Acts): Child {
  return [
    node.range !== null && h('button', { class: 'link', title: 'Go there, and see what the editor can do about it' }, 'Fix…', { on: { click: () => acts.send({ kind: 'fix', node: node.id, code }) } }),
    h('button', { class: 'link', title: `What ${code} means` }, 'Explain', { on: { click: () => acts.send({ kind: 'explain', code }) } }),
  ];
}

function quoted(words: string): Child {
  return words.split(/("[^"\n]{1,120}")/).map((part, at) => (at % 2 === 1 ? h('code', {}, part.slice(1, -1)) : part));
}

const WIDTH = 364;

/** Beside the selected node, before a run: what is wrong with it. */
export function problemPop(panel: PanelView, node: PictureNode, rect: Rect, acts: Acts): VElement {
  const { camera, stage } = panel;
  const right = (rect.x + rect.width) * camera.zoom + camera.x + 20;
  const left = rect.x * camera.zoom + camera.x - WIDTH - 20;
  const width = Math.min(WIDTH, stage.width - 32);
  const beside = right + WIDTH <= stage.width - 12 ? right : left >= 12 ? left : null;
  const x = beside ?? Math.max(16, (stage.width - width) / 2);
  const y = beside === null ? (rect.y + rect.height) * camera.zoom + camera.y + 12 : rect.y * camera.zoom + camera.y;
  return h('section', { class: 'pop', role: 'group', 'aria-label': `Problems of ${node.id}` }, [
    problemList(node, acts),
    h('button', { class: 'btn icon-only more', title: 'Details', 'aria-label': 'Details' }, icon('more'), { on: { click: () => acts.set({ details: true }) } }),
  ], { key: 'pop', style: { left: `${Math.round(x)}px`, top: `${Math.round(Math.max(12, Math.min(y, stage.height - 160)))}px`, width: `${width}px` } });
}
