import type { Direction } from '../../protocol/graph-panel.ts';
import { flag, list, misfit, number, oneOf, orNull, record, text } from '../shared/shape.ts';
import type { Camera } from './camera.ts';
import type { ViewState } from './panel-view.ts';

/** What survives a reload and a moved editor group (`setState`); the extension's serializer reads `uri` and `document`. */
export interface Persisted {
  readonly uri: string;
  readonly document: number;
  readonly direction: Direction;
  /** null = fitted. */
  readonly camera: Camera | null;
  readonly collapsed: readonly string[];
  readonly selected: string | null;
  readonly list: boolean;
  readonly critical: boolean;
}

const shape = record({
  uri: text, document: number, direction: oneOf('down', 'right'), camera: orNull(record({ x: number, y: number, zoom: number })), collapsed: list(text), selected: orNull(text), list: flag, critical: flag,
});

/** null when there is none, or one of another version. */
export function readPersisted(value: unknown): Persisted | null {
  return misfit(shape, value) === null ? (value as Persisted) : null;
}

export function persistedOf(uri: string, document: number, view: ViewState, camera: Camera | null): Persisted {
  return { uri, document, direction: view.direction, camera, collapsed: [...view.collapsed], selected: view.selected, list: view.list, critical: view.critical };
}
