import { isOpen } from '../shared/run-state.ts';
import { icon } from '../shared/glyphs.ts';
import type { GlyphName } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import type { FromRunPanel } from '../../protocol/run-panel.ts';
import type { Acts, PanelView } from './run-view.ts';
import { selectedRow } from './run-view.ts';

interface Offer {
  readonly label: string;
  readonly glyph: GlyphName;
  readonly message: FromRunPanel;
  /** Why it cannot be had now. */
  readonly refusal?: string | null;
}

/** What else can be done with the run, or with the selected node. */
export function menu(panel: PanelView, acts: Acts): VElement | null {
  const open = panel.view.menu;
  if (open === null) return null;
  const groups = open.of === 'run' ? runOffers(panel) : nodeOffers(panel);
  const close = (): void => acts.set({ menu: null });
  const choose = (message: FromRunPanel): void => {
    close();
    acts.send(message);
    acts.focus(OPENERS[open.of]);
  };
  return h('div', { class: 'menu', role: 'menu', 'aria-label': open.of === 'run' ? 'This run' : 'This node' }, groups.filter((group) => group.length > 0).flatMap((group, at) => [
    at > 0 && h('hr'),
    group.map(({ label, glyph, message, refusal }) => h('button', { role: 'menuitem', title: refusal ?? '', disabled: refusal != null }, [icon(glyph), label], { key: label, on: { click: () => choose(message) } })),
  ]), {
    key: 'menu',
    style: { right: `calc(100% - ${open.x}px)`, top: `${open.y}px` },
    on: {
      keydown: (event) => {
        const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step !== 0) items[(items.indexOf(document.activeElement as HTMLButtonElement) + step + items.length) % items.length]?.focus();
        else if (event.key === 'Escape' || event.key === 'Tab') {
          close();
          acts.focus(OPENERS[open.of]);
        } else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
  });
}

/** Where the keyboard goes back to. */
const OPENERS = { run: 'header [aria-haspopup=menu]', node: '.steps [aria-haspopup=menu]' } as const;

const action = (name: (FromRunPanel & { kind: 'action' })['action']): FromRunPanel => ({ kind: 'action', action: name });

function runOffers({ state: { run }, detail, refusal, rows, comparison }: PanelView): readonly (readonly Offer[])[] {
  const over = !isOpen(run.status);
  const failed = rows.some(({ look }) => look === 'error' || look === 'rejected' || look === 'halted' || look === 'skipped');
  const waits = over ? null : 'The run has not ended';
  return [
    [
      { label: 'Replay from record (free)', glyph: 'replayed', message: action('replay-recorded'), refusal: refusal ?? waits },
      ...(over && failed ? [{ label: 'Do only what failed again', glyph: 'fork', message: action('fork-from-failure'), refusal } as const] : []),
      ...(over ? [] : [{ label: 'Resume here', glyph: 'play', message: action('resume'), refusal } as const]),
    ],
    [
      ...(run.parent_run_id !== null && comparison === null ? [{ label: 'Compare with its parent', glyph: 'reduce', message: { kind: 'compare', with: 'parent' } } as const] : []),
      { label: 'Compare with…', glyph: 'reduce', message: { kind: 'compare', with: 'ask' } },
      ...(comparison === null ? [] : [{ label: 'End the comparison', glyph: 'close', message: { kind: 'compare', with: '' } } as const]),
    ],
    [
      { label: 'Show in the graph', glyph: 'workflow', message: action('reveal-graph') },
      { label: 'Open the version as it was', glyph: 'open', message: action('open-version') },
      { label: 'Copy the run’s id', glyph: 'copy', message: action('copy-id') },
    ],
    detail.children.slice(0, 8).map((child) => ({ label: `${child.relation ?? 'run'} ${child.id.slice(0, 13)}, ${child.status}`, glyph: 'branch', message: { kind: 'show-run', run: child.id } }) as const),
  ];
}

function nodeOffers(panel: PanelView): readonly (readonly Offer[])[] {
  const row = selectedRow(panel);
  const path = row?.agentRuns[0]?.path;
  if (path === undefined) return [];
  const waits = isOpen(panel.state.run.status) ? 'The run has not ended' : null;
  const refusal = panel.refusal ?? waits;
  return [
    [
      { label: 'Fork from here', glyph: 'fork', message: { kind: 'fork', path, only: false }, refusal },
      { label: 'Run only this node', glyph: 'play', message: { kind: 'fork', path, only: true }, refusal },
    ],
    [{ label: 'Show in the graph', glyph: 'workflow', message: { kind: 'action', action: 'reveal-graph', node: row?.id ?? '' } }],
  ];
}
