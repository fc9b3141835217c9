import { manual } from './generated/manual.ts';

export interface ManualPage {
  readonly code: string;
  readonly title: string;
  readonly markdown: string;
}

/** The manual's page on a diagnostic code; null when there is no such code. */
export function explain(code: string): ManualPage | null {
  const page = Object.hasOwn(manual, code) ? manual[code] : undefined;
  return page === undefined ? null : { code, title: page.title, markdown: page.markdown };
}
