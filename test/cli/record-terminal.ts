import type { Terminal } from '../../cli/terminal.ts';

/** A terminal without colours, 80 columns wide, that remembers. */
export function recordTerminal(): Terminal & { text(): string } {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  return {
    write,
    line: (line = '') => write(`${line}\n`),
    json: (value) => write(JSON.stringify(value)),
    style: (_, plain) => plain,
    interactive: false,
    width: 80,
    closed: false,
    failure: null,
    text: () => text,
  };
}
