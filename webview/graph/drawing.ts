import { View } from '../shared/patch.ts';
import type { VNode } from '../shared/vnode.ts';

/** Puts what is to be seen on the screen, at most once per screen frame, and the keyboard where it belongs afterwards. */
export class Drawing {
  readonly #root: HTMLElement;
  readonly #dom: View;
  readonly #compose: () => readonly VNode[];
  readonly #drawn: () => void;
  #waiting = false;
  #focusNext: string | null = null;

  constructor(root: HTMLElement, compose: () => readonly VNode[], drawn: () => void) {
    this.#root = root;
    this.#dom = new View(root);
    this.#compose = compose;
    this.#drawn = drawn;
  }

  soon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.now();
    });
  }

  now(): void {
    this.#dom.show(this.#compose());
    this.#drawn();
    for (const tab of this.#root.querySelectorAll('.following')) tab.scrollTop = tab.scrollHeight;
    if (this.#focusNext === null) return;
    const id = this.#focusNext;
    this.#focusNext = null;
    [...this.#root.querySelectorAll<HTMLElement | SVGElement>('[data-node]')].find((one) => one.getAttribute('data-node') === id)?.focus({ preventScroll: true });
  }

  focusOn(node: string): void {
    this.#focusNext = node;
    this.soon();
  }
}
