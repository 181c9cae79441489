/** Figures for those who watch over Centers: counted in Postgres, and cases with violence told in bands alone. */
import type { z } from 'zod';
import type { FigureQuery, Figures } from '../contracts/http/figures.js';
import { readFigures, territoryOfCenter, type FigureRows } from '../db/figures.js';
import type { Pool } from '../db/pool.js';
import { bandOf, figureScope, isWithinFigures } from '../domain/access/figures.js';
import type { Actor } from '../domain/case/facts.js';
import { STAGES } from '../domain/case/state.js';
import { requireRight } from './asked.js';
import { problem, refused } from './problem.js';

type Row = z.input<typeof Figures>['items'][number];

/** Longer periods are asked for in parts: the answer must come while somebody waits. */
const LONGEST_DAYS = 366;

/**
 * The figures of a period at one level, of the Centers that are the actor's.
 * @throws ProblemError `role_not_allowed` for a level above the post's own, `request_invalid` for a period that is reversed or longer than a year
 */
export async function tellFigures(pool: Pool, actor: Actor, { level, from, to }: z.output<typeof FigureQuery>): Promise<z.input<typeof Figures>> {
  requireRight('readFigures', actor);
  if (!isWithinFigures(actor.role, level)) throw refused({ code: 'role_not_allowed', params: { role: actor.role } });
  requirePeriod(from, to);
  const scope = figureScope(actor, await territoryOfCenter(pool, actor.center));
  const rows = scope === undefined ? [] : await readFigures(pool, { level, scope, from, to });
  return { level, from, to, items: rows.map(rowBody) };
}

function requirePeriod(from: string, to: string): void {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (days < 0) throw problem('request_invalid', { issues: [{ field: '/to', code: 'dates_reversed' }] });
  if (days > LONGEST_DAYS) throw problem('request_invalid', { issues: [{ field: '/to', code: 'too_large' }] });
}

/** Every stage has its row, with and without cases: one that is missing would tell that there is none. */
function rowBody({ group, cases, waiting, duties, hidden, agencies }: FigureRows): Row {
  const count = (stage: string, kind: string): number => cases.find((each) => each.stage === stage && each.kind === kind)?.count ?? 0;
  return {
    of: group,
    cases: STAGES.filter((stage) => stage !== 'closed').map((stage) => ({
      stage,
      ordinary: count(stage, 'ordinary'),
      minors: count(stage, 'minors'),
      threat: count(stage, 'threat'),
      violence: bandOf(count(stage, 'violence')),
    })),
    waiting: waiting.find(({ violence }) => !violence)?.count ?? 0,
    duties: duties.toSorted((a, b) => a.rule.localeCompare(b.rule, 'en', { numeric: true }) || a.standing.localeCompare(b.standing)),
    organisations: agencies.map(({ agency, ...counted }) => ({ organisation: agency, ...counted })),
    violence: violenceBody(waiting, hidden),
  };
}

function violenceBody(waiting: FigureRows['waiting'], hidden: FigureRows['hidden']): Row['violence'] {
  const cases = (what: 'met' | 'late' | 'open'): string => bandOf(hidden.find((each) => each.what === what)?.count ?? 0);
  return { waiting: bandOf(waiting.find(({ violence }) => violence)?.count ?? 0), met: cases('met'), late: cases('late'), open: cases('open') };
}
