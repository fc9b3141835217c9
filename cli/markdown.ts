import type { Terminal } from './terminal.ts';

/** Our own manual pages, lightly coloured: headings bold, code cyan. Where there are no colours it stays Markdown. The page's own title is left out. */
export function printMarkdown(out: Terminal, title: string, markdown: string): void {
  out.line(out.style('bold', title));
  out.line();
  let inCode = false;
  for (const line of markdown.replace(/^# .*\n/, '').trim().split('\n')) {
    const fence = line.startsWith('```');
    if (fence) inCode = !inCode;
    if (fence) out.line(out.style('dim', line));
    else if (inCode) out.line(out.style('cyan', line));
    else if (line.startsWith('#')) out.line(out.style('bold', line));
    else out.line(line.replaceAll(/`[^`]+`/g, (code) => out.style('cyan', code)));
  }
}
