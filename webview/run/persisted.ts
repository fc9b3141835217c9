import { misfit, number, oneOf, orNull, record, text } from '../shared/shape.ts';
import type { ViewState } from './run-view.ts';

/** What survives a reload and a moved editor group (`setState`); the extension's serializer reads `run`. */
export interface Persisted {
  readonly run: string;
  readonly node: string | null;
  readonly agentRun: string | null;
  readonly step: number | null;
  readonly face: ViewState['face'];
}

const shape = record({ run: text, node: orNull(text), agentRun: orNull(text), step: orNull(number), face: oneOf('rendered', 'raw', 'diff', 'wire') });

/** Null when there is none, or one of another version. */
export function readPersisted(value: unknown): Persisted | null {
  return misfit(shape, value) === null ? (value as Persisted) : null;
}

export function persistedOf(run: string, { node, agentRun, step, face }: ViewState): Persisted {
  return { run, node, agentRun, step, face };
}
