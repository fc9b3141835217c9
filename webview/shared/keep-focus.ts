/**
 * When the keyboard comes back to this page it comes back to where it was: the editor takes it away from a panel by taking it from the element that
 * had it, and gives it back to the page as a whole; sometimes it takes it a moment after it gave it. A node that is drawn in another way by then (as
 * a row of the list, as a card of the graph) is the same node.
 */
export function keepFocus(page: Window & typeof globalThis): void {
  const { document } = page;
  let last: HTMLElement | SVGElement | null = null;
  const comeBack = (): void => {
    if (document.activeElement !== document.body || last === null) return;
    (last.isConnected ? last : successor(document, last))?.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof page.HTMLElement || target instanceof page.SVGElement) last = target;
  });
  // Who points at what takes no keyboard has left what had it.
  document.addEventListener('pointerdown', () => { last = null; }, { capture: true });
  page.addEventListener('focus', comeBack);
  // Tab finds its way by itself, also out of the page.
  document.addEventListener('keydown', ({ key }) => { if (key !== 'Tab') comeBack(); }, { capture: true });
}

function successor(document: Document, gone: Element): HTMLElement | SVGElement | null {
  const node = gone.getAttribute('data-node');
  if (node === null) return null;
  return [...document.querySelectorAll<HTMLElement | SVGElement>('[data-node][tabindex]')].find((one) => one.getAttribute('data-node') === node) ?? null;
}
