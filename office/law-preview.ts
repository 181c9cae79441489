/**
 * What adopting a version would do to every open case, computed from their stored states; nothing is told to anybody.
 * Many cases are minutes of work in a process that others wait for: it goes through them page by page, lets everybody
 * else in between, and holds no more than a page.
 */
import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import { PREVIEW_EFFECTS, type LawPreview, type PreviewEffect, type PreviewQuery } from '../contracts/http/law.js';
import { effectsOn, type AffectedDuty } from '../contracts/law-effects.js';
import { lawByRef, versionInForce } from '../db/law.js';
import type { StoredLawVersion } from '../db/law-versions.js';
import type { Pool } from '../db/pool.js';
import { readCasesBehind, type ReadCase } from '../ledger/read-cases.js';
import type { LawAdoption } from '../domain/case/law-adoption.js';
import type { CaseState } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { lawOf, type Law } from '../domain/law/law.js';
import { iso, isoIf } from './instants.js';

type Body = z.input<typeof LawPreview>;
type Counts = Record<PreviewEffect, number>;

const MOST_FAILURES = 100;

export interface PreviewOptions extends z.output<typeof PreviewQuery> {
  /** Aborted when nobody waits for the answer any more; its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * One preview of a house at a time: the next one waits for its turn.
 * @param now wall time; a case that is ahead of it is judged by its own clock
 * @throws the reason of the signal
 */
export function previewOf(pool: Pool, version: StoredLawVersion, options: PreviewOptions, now: Instant): Promise<Body> {
  const preview = (): Promise<Body> => computePreview(pool, version, options, now);
  const before = previews.get(pool) ?? Promise.resolve();
  const mine = before.then(preview, preview);
  previews.set(pool, mine);
  return mine;
}

/** The last one that was asked for. */
const previews = new WeakMap<Pool, Promise<unknown>>();

async function computePreview(pool: Pool, version: StoredLawVersion, { recompute, limit, signal }: PreviewOptions, now: Instant): Promise<Body> {
  const begun = performance.now();
  const news: Pick<LawAdoption, 'calendar' | 'policy' | 'recompute'> =
    version.kind === 'calendar' ? { calendar: version.data, recompute } : { policy: version.data, recompute };
  const laws = lawShelf(pool);
  const tally = new Tally(limit);
  const pause = pausesOf(PAUSE_AFTER_MS);
  signal?.throwIfAborted();
  for await (const open of readCasesBehind(pool, version.kind, version.version)) {
    tally.take(open, await laws(open.state), news, now);
    await pause();
    signal?.throwIfAborted();
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

/** As long as other requests may wait for a case of the preview, beside the case itself. */
const PAUSE_AFTER_MS = 10;

/** A function to call between two pieces of work: it lets everybody else in once so many milliseconds have gone by. */
function pausesOf(afterMs: number): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < afterMs) return;
    await setImmediate();
    since = performance.now();
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

  take({ state, clockAt }: ReadCase, law: Law, news: Pick<LawAdoption, 'calendar' | 'policy' | 'recompute'>, now: Instant): void {
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
