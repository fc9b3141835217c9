/** `**` any folders, `*` and `?` within one, `{a,b}` either. Paths are workspace-relative POSIX. */
export function matchesGlob(path: string, glob: string): boolean {
  return expandBraces(glob).some((pattern) => matchSegments(path.split('/'), pattern.split('/')));
}

function expandBraces(glob: string): readonly string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/.exec(glob);
  if (match === null) return [glob];
  const [, before = '', alternatives = '', after = ''] = match;
  // A user's setting, but still bounded: 64 alternatives are more than anybody means.
  return alternatives.split(',').slice(0, 64).flatMap((alternative) => expandBraces(`${before}${alternative}${after}`)).slice(0, 64);
}

function matchSegments(segments: readonly string[], patterns: readonly string[]): boolean {
  const [pattern, ...rest] = patterns;
  if (pattern === undefined) return segments.length === 0;
  if (pattern === '**') return segments.some((_, i) => matchSegments(segments.slice(i), rest)) || matchSegments([], rest);
  const [segment, ...below] = segments;
  return segment !== undefined && matchSegment(segment, pattern) && matchSegments(below, rest);
}

/** The classic two-pointer walk: linear, where a regular expression could be made to backtrack. */
function matchSegment(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let p = 0;
  while (at < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[at]) && pattern[p] !== '*') {
      at += 1;
      p += 1;
    } else if (pattern[p] === '*') {
      star = p;
      resume = at;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
