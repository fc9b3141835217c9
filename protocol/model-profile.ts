/** A profile of the workspace (configs/llm): where a model's server is, how it is started, and whether it is in use. */
export interface ProfileRecord {
  readonly name: string;
  /** Workspace-relative POSIX path of its document. */
  readonly path: string;
  /** Whose API it speaks: calls to this provider go there while it is in use. */
  readonly provider: string;
  /** Null = its document names none, and it cannot be started. */
  readonly base_url: string | null;
  /** The program with its arguments; null = somebody else starts the server. */
  readonly command: string | null;
  readonly served_models: readonly string[];
  /** `off`: its document says so; `stopped`: it was started, and its process has ended. */
  readonly state: 'off' | 'idle' | 'in-use' | 'stopped';
  /** Of the server we started; null = none, or somebody else's. */
  readonly pid: number | null;
}
