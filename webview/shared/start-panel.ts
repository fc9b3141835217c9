import { keepFocus } from './keep-focus.ts';

/** What the editor gives a page of ours: `acquireVsCodeApi()`. */
export interface PanelHost<Message> {
  postMessage(message: Message): void;
  getState(): unknown;
  setState(state: unknown): void;
}

interface Panel {
  receive(message: unknown): void;
}

/** What every panel says of itself. */
type News = { readonly kind: 'ready' } | { readonly kind: 'bug'; readonly message: string };

/** Makes the panel in the page's root, and tells the extension that it is there and of what it throws. */
export function startPanel(host: PanelHost<News>, make: (root: HTMLElement, bug: (what: unknown) => void) => Panel): void {
  const root = document.getElementById('root');
  if (root === null) return;
  // Before anything is made: what it brings comes when all of this has run.
  host.postMessage({ kind: 'ready' });
  const bug = (what: unknown): void => host.postMessage({ kind: 'bug', message: what instanceof Error ? (what.stack ?? what.message) : String(what) });
  window.addEventListener('error', (event) => bug(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => bug(event.reason));
  const panel = make(root, bug);
  window.addEventListener('message', (event) => panel.receive(event.data));
  keepFocus(window);
}
