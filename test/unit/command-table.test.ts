/** Who may give which command where: the table, its page in the docs, and the core that answers by it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../domain/case/command-table.js';
import { COMMAND_KINDS } from '../../domain/case/commands.js';
import { commandTableText } from '../../cli/command-table-text.js';

describe('the table of commands', () => {
  const rows = commandTable();

  it('has each command once', () => {
    expect(rows.map(({ command }) => command).toSorted()).toEqual([...COMMAND_KINDS].toSorted());
  });

  it('gives a reason for each cell that is open outside of its road', () => {
    const silent = rows.filter(({ surprising, because }) => surprising.length > 0 && because === undefined);
    expect(silent).toEqual([]);
  });

  it('gives no reason where nobody wonders', () => {
    expect(rows.filter(({ surprising, because }) => surprising.length === 0 && because !== undefined)).toEqual([]);
  });

  it('is what docs/commands.md shows', () => {
    const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
    expect(page.trimEnd()).toBe(commandTableText(rows).trimEnd());
  });
});
