/**
 * The files of `wording/<language>/` and what each of them must say: one for each road (road-words.ts), and one for each
 * other use. A file that lacks a key, or has one that nobody asks for, does not compile.
 */
import type { CenterCommandData } from '../../domain/center/commands.js';
import type { CenterFactData } from '../../domain/center/facts.js';
import type { CENTER_REFUSALS } from '../../domain/center/refusals.js';
import type { Road, Roads } from '../../domain/case/roads.js';
import type { TermFacts } from '../../domain/case/roads/terms/facts.js';
import type { RefusalCode } from '../../domain/case/refusal.js';
import type { Catalogue } from './catalogue.js';

/** What it refuses, what is asked of it, what happens on it. */
interface Words<Refusals extends string, Commands, Facts> {
  refusals: Readonly<Record<Refusals, string>>;
  commands: Readonly<Record<keyof Commands, string>>;
  facts: Readonly<Record<keyof Facts, string>>;
}

/** Other words that only one road needs, in its file. */
interface MoreWords {
  intake: Pick<Catalogue, 'channels' | 'triageRoutes' | 'assessmentResults'>;
  plan: Pick<Catalogue, 'planCategories' | 'measureKinds' | 'signingParties' | 'signingMethods'>;
  execution: Pick<Catalogue, 'measureStates' | 'measureMarks' | 'reportOutcomes' | 'dispatchKinds' | 'dispatchStates'>;
  closing: Pick<Catalogue, 'closureGrounds' | 'situations'>;
  stay: Pick<Catalogue, 'stayStandings' | 'stayColumns' | 'stayJournal'>;
  familyView: Pick<Catalogue, 'familyView'>;
  terms: Pick<Catalogue, 'delayReasons' | 'standings' | 'steps' | 'readings' | 'left'>;
}

export type RoadParts = {
  readonly [R in Road]: Words<Roads[R]['refusals'], Roads[R]['commands'], Roads[R]['facts']> & (R extends keyof MoreWords ? MoreWords[R] : unknown);
};

/** No road of a case: what may be asked of a Center, and what happens to it. */
type CenterWords = Words<keyof typeof CENTER_REFUSALS, CenterCommandData, Omit<CenterFactData, keyof TermFacts>>;

type RefusalOfRoads = Roads[Road]['refusals'] | keyof typeof CENTER_REFUSALS;

/** Each other file by its name. */
export interface Parts {
  center: CenterWords & Pick<Catalogue, 'centerStages'>;
  /** What any road may answer, and who and where. */
  case: { refusals: Readonly<Record<Exclude<RefusalCode, RefusalOfRoads>, string>> } & Pick<Catalogue, 'stages' | 'roles' | 'documentTypes'>;
  problems: Pick<Catalogue, 'titles' | 'problems' | 'fields'>;
  alarms: Catalogue['alarms'];
  law: Pick<Catalogue, 'forces' | 'orders' | 'citations'>;
  time: Pick<Catalogue, 'weekdays' | 'months' | 'date' | 'units' | 'dayReasons'>;
  why: Catalogue['why'];
  pages: Catalogue['words'];
}

/** The catalogue of a language out of its files. */
export function assembled(roads: RoadParts, { center, case: ofCase, problems, alarms, law, time, why, pages }: Parts): Catalogue {
  const { intake, plan, execution, closing, familyView, terms, stay } = roads;
  const all = [...Object.values(roads), center];
  return {
    ...intake,
    ...plan,
    ...execution,
    ...closing,
    ...familyView,
    ...terms,
    ...stay,
    ...center,
    ...ofCase,
    ...problems,
    ...law,
    ...time,
    // Each road has a word for all that it has, so together they have them all.
    refusals: Object.assign({}, ofCase.refusals, ...all.map(({ refusals }) => refusals)) as Catalogue['refusals'],
    commands: Object.assign({}, ...all.map(({ commands }) => commands)) as Catalogue['commands'],
    facts: Object.assign({}, ...all.map(({ facts }) => facts)) as Catalogue['facts'],
    alarms,
    why,
    words: pages,
  };
}
