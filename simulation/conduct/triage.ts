/** What the Center decides to do with an appeal. */
import type { TriageRoute } from '../../domain/case/facts.js';
import type { Instant } from '../../domain/law/calendar.js';
import { SPECIALIST } from '../people.js';
import type { Life } from '../life.js';
import { DELAYS, SHARES } from '../mix.js';

/** P49: each appeal has its triage, unless it is forgotten or the matter was closed before. */
export function triage(life: Life, appealId: string, registeredAt: Instant, number: number): void {
  const { chance, work } = life;
  if (chance.happens(SHARES.triageForgotten, number)) return;
  life.plan(work.after(registeredAt, chance.delay(DELAYS.triage, number)), () => {
    if (life.state.closure?.ground === 'not_confirmed') return undefined;
    return life.command('recordTriage', { appealId, route: routeOf(life, number), reasonId: 'note' }, SPECIALIST);
  });
}

function routeOf({ chance }: Life, number: number): TriageRoute {
  if (chance.happens(SHARES.consulted, number)) return 'consultation_and_assessment';
  return chance.happens(SHARES.redirected, number) ? 'redirect_and_assessment' : 'assessment';
}
