import type { Frame } from 'playwright-core';

declare global {
  interface Window {
    /** What each node of a graph panel has looked like, in order. */
    dagbookLooks?: Record<string, string[]>;
  }
}

/** Has a graph panel remember from now on how its nodes look: what is over in a moment is not missed. */
export async function rememberLooks(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    const looks: Record<string, string[]> = {};
    window.dagbookLooks = looks;
    const look = (): void => {
      for (const node of document.querySelectorAll<SVGElement>('[data-node]')) {
        const seen = looks[node.dataset['node'] ?? ''] ??= [];
        const now = /\bs-(\w+)/.exec(node.getAttribute('class') ?? '')?.[1] ?? 'idle';
        if (seen.at(-1) !== now) seen.push(now);
      }
    };
    look();
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class', 'data-node'] });
  });
}

/** How this node has looked since: `idle`, then its statuses. */
export async function looksOf(frame: Frame, node: string): Promise<readonly string[]> {
  return await frame.evaluate((id) => window.dagbookLooks?.[id] ?? [], node);
}
