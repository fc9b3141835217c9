import type { Frame } from '../../protocol/frame.ts';
import type { FromGraphPanel, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { GraphPage } from './graph-page.ts';
import { runRecord, STARTED } from './pictures.ts';

/** The run of `pictures.ts`. */
export const RUN = runRecord().id;

/** What the panel has told the extension, of one kind. */
export async function told<K extends FromGraphPanel['kind']>(panel: GraphPage, kind: K): Promise<readonly Extract<FromGraphPanel, { kind: K }>[]> {
  return (await panel.sent()).filter((message): message is Extract<FromGraphPanel, { kind: K }> => message.kind === kind);
}

export function frame(stage: Frame['stage'], more: Partial<Frame> = {}): Frame {
  return { task_id: RUN, workflow_run_id: RUN, stage, message: '', timestamp: STARTED / 1_000, seq: 1, ...more };
}

export const frames = (...all: readonly Frame[]): ToGraphPanel => ({ kind: 'frames', run: RUN, frames: all });
