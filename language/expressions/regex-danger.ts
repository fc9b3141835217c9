/**
 * Why a regex literal could take exponential time, or null. A repetition inside an unbounded repetition is how that
 * happens in practice, and JavaScript cannot stop a match once it has begun, so such a regex is refused when it is read.
 */
export function regexDanger(literal: string): string | null {
  const groups: boolean[] = [];
  let repeatsInside = false;
  for (let position = 1; position < literal.length; position++) {
    const character = literal.charAt(position);
    if (character === '\\') position++;
    else if (character === '[') position = classEnd(literal, position);
    else if (character === '(') {
      groups.push(repeatsInside);
      repeatsInside = false;
    } else if (character === ')' || character === '*' || character === '+' || character === '{') {
      const repeated = unboundedAt(literal, character === ')' ? position + 1 : position);
      if (character === ')') {
        if (repeated && repeatsInside) return 'This regular expression repeats a group that itself repeats, which can take forever. Repeat only one of them.';
        repeatsInside = (groups.pop() ?? false) || repeatsInside || repeated;
      } else if (repeated) {
        repeatsInside = true;
      }
    } else if (character === '|' && groups.length > 0) {
      // Alternatives inside a repeated group can overlap, with the same effect.
      repeatsInside = true;
    }
  }
  return null;
}

function classEnd(literal: string, start: number): number {
  for (let position = start + 1; position < literal.length; position++) {
    if (literal.charAt(position) === '\\') position++;
    else if (literal.charAt(position) === ']') return position;
  }
  return literal.length;
}

function unboundedAt(literal: string, position: number): boolean {
  const rest = literal.slice(position, position + 16);
  return rest.startsWith('*') || rest.startsWith('+') || /^\{\d+,\d{0,}\}/.test(rest) || /^\{\d{2,}\}/.test(rest);
}
