import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { VNode } from '../shared/vnode.ts';
import { comparisonStrip } from './comparison.ts';
import { header } from './header.ts';
import { menu } from './menu.ts';
import { notices } from './notices.ts';
import type { Acts, PanelView } from './run-view.ts';
import { stepDetail } from './step-detail.ts';
import { steps } from './steps.ts';
import { timeline } from './timeline.ts';

export function render(panel: PanelView, acts: Acts): readonly VNode[] {
  return [
    header(panel, acts),
    h('main', {}, [notices(panel, acts), comparisonStrip(panel, acts), timeline(panel, acts), h('div', { class: 'detail' }, [steps(panel, acts), stepDetail(panel, acts)], { key: 'detail' })], { key: 'main' }),
    ...[menu(panel, acts)].filter((one) => one !== null),
  ];
}

/** Before the first word of the run has come, or instead of it. */
export function renderNothing(failure: { readonly message: string; readonly hint: string } | null): readonly VNode[] {
  if (failure === null) return [h('div', { class: 'blank late', role: 'status' }, [icon('list', '', 32), h('p', {}, 'Reading the run…')], { key: 'reading' })];
  return [h('div', { class: 'blank', role: 'alert' }, [icon('error', '', 32), h('h1', {}, failure.message), h('p', {}, failure.hint)], { key: 'failed' })];
}
