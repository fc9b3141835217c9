import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/exit.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Tracked and new files; a copy without its history has nothing to look at. */
function repositoryFiles(): readonly string[] {
  if (!existsSync(path.join(root, '.git'))) return [];
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return list.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
}

describe('the repository', () => {
  it('speaks of the project alone: no paths of a machine, no package registry', () => {
    const strange = /(?<![\w.~-])\/(?:root|home\/(?!me\b)[a-z]+|Users\/[a-z]+|work)\/|registry\.[a-z]+\.(?:org|com)|\.jfrog\.io/;
    const found = repositoryFiles().filter((file) => file !== 'test/house/repository.test.ts' && !/\.(png|db|wasm)$/.test(file)).flatMap((file) => {
      const match = strange.exec(readFileSync(path.join(root, file), 'utf8'));
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    expect(found).toEqual([]);
  });

  it('has pages whose links lead somewhere', () => {
    const pages = repositoryFiles().filter((file) => file.endsWith('.md') && !file.includes('/fixtures/'));
    const broken = pages.flatMap((page) => {
      const links = [...readFileSync(path.join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
      return links.filter((link) => !existsSync(path.join(root, path.dirname(page), link))).map((link) => `${page} → ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('lists every exit code in the page on the command line', () => {
    const page = readFileSync(path.join(root, 'docs/command-line.md'), 'utf8');
    const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(listed).toEqual(Object.values(EXIT));
  });

  it('keeps the marks in the README between which real output stands', () => {
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toMatch(/<!-- output:start -->\n[\s\S]*<!-- output:end -->/);
  });
});
