import type { Json } from './json.ts';

/**
 * One progress message of a run. Stored frames are derived from the journal: any subscriber, in any process and at any
 * time, gets the same ones, dense in `seq`. Token frames live in the process that runs the model and carry no `seq` of
 * their own: theirs is the one of the last stored frame.
 */
export interface Frame {
  readonly task_id: string;
  readonly workflow_run_id: string;
  readonly stage: FrameStage;
  readonly message: string;
  /** Seconds since the epoch, with fractions. */
  readonly timestamp: number;
  /** Dense from 0 within the run. */
  readonly seq: number;
  /** On node and token frames. */
  readonly node_id?: string;
  readonly path?: string;
  readonly agent_run_id?: string;
  readonly [extra: string]: Json | undefined;
}

export type WorkflowStage = `workflow.${'started' | 'completed' | 'error' | 'rejected' | 'halted' | 'waiting'}`;
export type NodeStage = `node.${string}.${'started' | 'completed' | 'error' | 'rejected' | 'skipped' | 'retry' | 'waiting' | 'halted'}`;
export type FrameStage = WorkflowStage | NodeStage | 'agent.token';
