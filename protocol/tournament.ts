/**
 * Where in its tournament an agent run stands. Both count from 1; of an odd number in a round the last one goes on with
 * a bye, which is no judgement.
 */
export type TournamentPlace =
  | { readonly kind: 'entrant'; readonly entrant: number }
  | { readonly kind: 'judgement'; readonly round: number; readonly match: number };

/** The path of such an agent run below its node's: `nodes/pick/entrant/2`, `nodes/pick/round/1/match/2`. */
export function tournamentPath(node: string, place: TournamentPlace): string {
  return place.kind === 'entrant' ? `${node}/entrant/${place.entrant}` : `${node}/round/${place.round}/match/${place.match}`;
}

/** Null for any other path, the node's own among them. */
export function tournamentPlace(node: string, path: string): TournamentPlace | null {
  const match = path.startsWith(`${node}/`) ? /^(?:entrant\/([1-9]\d*)|round\/([1-9]\d*)\/match\/([1-9]\d*))$/.exec(path.slice(node.length + 1)) : null;
  if (match === null) return null;
  return match[1] !== undefined ? { kind: 'entrant', entrant: Number(match[1]) } : { kind: 'judgement', round: Number(match[2]), match: Number(match[3]) };
}
