/**
 * When the keyboard comes back to this page it comes back to where it was: the editor takes it away from a panel by taking it from the element that
 * had it, and gives it back to the page as a whole.
 */
export function keepFocus(page: Window & typeof globalThis): void {
  let last: HTMLElement | SVGElement | null = null;
  page.document.addEventListener('focusin', ({ target }) => {
    if (target instanceof page.HTMLElement || target instanceof page.SVGElement) last = target;
  });
  page.addEventListener('focus', () => {
    if (page.document.activeElement === page.document.body && last?.isConnected === true) last.focus({ preventScroll: true });
  });
}
