/** What adopting a version would do to every open case, computed from their stored states; nothing is told to anybody. */
import type { z } from 'zod';
import { PREVIEW_EFFECTS, type LawPreview, type PreviewEffect, type PreviewQuery } from '../contracts/http/law.js';
import { effectsOn, type AffectedDuty } from '../contracts/law-effects.js';
import { lawByRef } from '../db/law.js';
import { versionInForce } from '../db/law.js';
import type { StoredLawVersion } from '../db/law-versions.js';
import { openCasesBehind, type OpenCase } from '../db/open-cases.js';
import type { Pool } from '../db/pool.js';
import type { LawAdoption } from '../domain/case/law-adoption.js';
import type { CaseState } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { lawOf, type Law } from '../domain/law/law.js';
import { iso, isoIf } from './instants.js';

type Body = z.input<typeof LawPreview>;
type Counts = Record<PreviewEffect, number>;

const MOST_FAILURES = 100;

/**
 * @param now wall time; a case that is ahead of it is judged by its own clock
 */
export async function previewOf(pool: Pool, version: StoredLawVersion, { recompute, limit }: z.output<typeof PreviewQuery>, now: Instant): Promise<Body> {
  const begun = performance.now();
  const news: Pick<LawAdoption, 'calendar' | 'policy' | 'recompute'> =
    version.kind === 'calendar' ? { calendar: version.data, recompute } : { policy: version.data, recompute };
  const laws = lawShelf(pool);
  const tally = new Tally(limit);
  for await (const cases of openCasesBehind(pool, version.kind, version.version)) {
    for (const open of cases) tally.take(open, await laws(open.state), news, now);
  }
  return {
    kind: version.kind,
    version: version.version,
    previous: (await versionInForce(pool, version.kind)) ?? '',
    recompute,
    takenAt: iso(now),
    ...tally.body(),
    seconds: Math.round(performance.now() - begun) / 1_000,
  };
}

/** The law of each case, opened once per set of versions. */
function lawShelf(pool: Pool): (state: CaseState) => Promise<Law> {
  const laws = new Map<string, Law>();
  return async ({ law: ref }) => {
    const key = JSON.stringify([ref.rules, ref.calendar, ref.policy]);
    const known = laws.get(key) ?? lawOf(await lawByRef(pool, ref));
    laws.set(key, known);
    return known;
  };
}

function noCounts(): Counts {
  return Object.fromEntries(PREVIEW_EFFECTS.map((effect) => [effect, 0])) as Counts;
}

class Tally {
  readonly #limit: number;
  readonly #cases = { open: 0, affected: 0, notComputable: 0 };
  readonly #duties = noCounts();
  readonly #owners = new Map<string, { owner: AffectedDuty['duty']['owner']; agency?: string; duties: Counts }>();
  readonly #items: Body['items'] = [];
  readonly #failures: Body['failures'] = [];
  #stepsReplanned = 0;
  #changes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take({ state, clockAt }: OpenCase, law: Law, news: Pick<LawAdoption, 'calendar' | 'policy' | 'recompute'>, now: Instant): void {
    this.#cases.open += 1;
    const effects = effectsOn(state, law, news, Math.max(now, clockAt));
    if (!effects.computable) {
      this.#cases.notComputable += 1;
      if (this.#failures.length < MOST_FAILURES) this.#failures.push({ caseId: state.caseId, reason: 'calendar_year_missing', year: effects.year });
      return;
    }
    if (effects.duties.length > 0 || effects.stepsReplanned > 0) this.#cases.affected += 1;
    this.#stepsReplanned += effects.stepsReplanned;
    for (const affected of effects.duties) this.#count(state, affected);
  }

  #count(state: CaseState, { duty, effect, from, to }: AffectedDuty): void {
    const { key, rule, force, owner, agency } = duty;
    const place = `${owner} ${agency ?? ''}`;
    const ofOwner = this.#owners.get(place) ?? { owner, ...(agency === undefined ? {} : { agency }), duties: noCounts() };
    this.#owners.set(place, ofOwner);
    this.#duties[effect] += 1;
    ofOwner.duties[effect] += 1;
    this.#changes += 1;
    if (this.#items.length >= this.#limit) return;
    this.#items.push({ caseId: state.caseId, center: state.center, key, rule, force, owner, agency, effect, from: isoIf(from), to: isoIf(to) });
  }

  body(): Pick<Body, 'cases' | 'duties' | 'stepsReplanned' | 'owners' | 'items' | 'more' | 'failures'> {
    const owners = [...this.#owners].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, owner]) => owner);
    return {
      cases: this.#cases,
      duties: this.#duties,
      stepsReplanned: this.#stepsReplanned,
      owners,
      items: this.#items,
      more: this.#changes - this.#items.length,
      failures: this.#failures,
    };
  }
}
