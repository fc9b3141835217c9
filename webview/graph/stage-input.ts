import type { Point } from './metrics.ts';
import type { Arrow } from './walk.ts';

/** What hands do on the stage, in the panel's terms. Points are relative to the stage. */
export interface StageActs {
  pan(dx: number, dy: number): void;
  zoomAt(factor: number, at: Point): void;
  click(id: string | null): void;
  doubleClick(id: string): void;
  toggle(id: string): void;
  hover(id: string | null): void;
  menu(id: string, at: Point): void;
  /** A key on a node, or null = on nothing of ours; answers whether it was of use. */
  key(event: KeyboardEvent, id: string | null): boolean;
  focusIn(id: string): void;
}

const DRAG = 4;

/** One set of listeners on the whole panel: nodes come and go, these stay. */
export function listenTo(root: HTMLElement, acts: StageActs): void {
  let drag: { readonly id: number; x: number; y: number } | null = null;
  // The click that follows a drag is none.
  let dragged = false;
  const stage = (): HTMLElement | null => root.querySelector<HTMLElement>('.stage');
  const onCanvas = (event: Event): boolean => (event.target as Element).closest('.canvas') !== null;
  const at = (event: MouseEvent): Point => {
    const box = stage()?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };

  root.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 && event.button !== 1) return;
    if (!onCanvas(event)) return;
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
    dragged = false;
  });
  root.addEventListener('pointermove', (event) => {
    if (drag?.id !== event.pointerId) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!dragged && Math.hypot(dx, dy) < DRAG) return;
    if (!dragged) {
      dragged = true;
      stage()?.setPointerCapture(event.pointerId);
      stage()?.classList.add('dragging');
    }
    drag.x = event.clientX;
    drag.y = event.clientY;
    acts.pan(dx, dy);
  });
  const release = (): void => {
    stage()?.classList.remove('dragging');
    drag = null;
  };
  root.addEventListener('pointerup', release);
  root.addEventListener('pointercancel', release);
  root.addEventListener('click', (event) => {
    if (dragged || !onCanvas(event)) return;
    const folded = named(event.target, 'data-toggle');
    if (folded !== null) acts.toggle(folded);
    else acts.click(named(event.target, 'data-node'));
  });
  root.addEventListener('dblclick', (event) => {
    const id = onCanvas(event) ? named(event.target, 'data-node') : null;
    if (id !== null && named(event.target, 'data-toggle') === null) acts.doubleClick(id);
  });
  root.addEventListener('contextmenu', (event) => {
    const id = named(event.target, 'data-node');
    if (id === null) return;
    event.preventDefault();
    const byKey = event.clientX === 0 && event.clientY === 0;
    const box = (event.target as Element).getBoundingClientRect();
    acts.menu(id, byKey ? { x: box.left + 24, y: box.top + 24 } : { x: event.clientX, y: event.clientY });
  });
  listenForSight(root, acts, onCanvas, at);
}

function listenForSight(root: HTMLElement, acts: StageActs, onCanvas: (event: Event) => boolean, at: (event: MouseEvent) => Point): void {
  // Moves only: a picture that is laid out anew below a resting hand lights nothing.
  root.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'mouse' && event.buttons === 0) acts.hover(onCanvas(event) ? named(event.target, 'data-node') : null);
  });
  root.addEventListener('pointerleave', () => acts.hover(null));
  root.addEventListener('wheel', (event) => {
    if (!onCanvas(event)) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    if (event.shiftKey && !event.ctrlKey) acts.pan(-(event.deltaX || event.deltaY) * unit, 0);
    else acts.zoomAt(Math.exp(-Math.max(-120, Math.min(120, event.deltaY * unit)) * (event.ctrlKey ? 0.01 : 0.002)), at(event));
  }, { passive: false });
  root.addEventListener('focusin', (event) => {
    const id = named(event.target, 'data-node');
    if (id !== null) acts.focusIn(id);
  });
  // Of the whole page: before anything has the focus, keys go to its body.
  root.ownerDocument.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || (event.target as Element).closest('input, select, [role=menu]') !== null) return;
    if (acts.key(event, (event.target as Element).closest('.canvas') === null ? null : named(event.target, 'data-node'))) event.preventDefault();
  });
}

function named(target: EventTarget | null, attribute: string): string | null {
  return target instanceof Element ? (target.closest(`[${attribute}]`)?.getAttribute(attribute) ?? null) : null;
}

export function isArrow(key: string): key is Arrow {
  return key === 'ArrowUp' || key === 'ArrowDown' || key === 'ArrowLeft' || key === 'ArrowRight';
}
