/**
 * Who may do what, and how far. Every door asks here: the API before it reads a body, a page before it shows itself or a
 * button, a list for its filter. A command of a case, or of a Center, is asked by its row
 * (`COMMANDS`, `CENTER_COMMANDS`), which this table takes in.
 */
import { COMMANDS, type CommandKind } from '../case/commands.js';
import type { Actor } from '../case/facts.js';
import { CENTER_COMMANDS, type CenterCommandKind } from '../center/commands.js';
import { refusalOfRole, type Refusal } from '../case/refusal.js';
import { CASE_WORK, EVERYBODY_AT_THE_CENTER } from '../case/road.js';
import type { Role } from '../law/rule.js';
import { FIGURES_UP_TO } from './figures.js';
import { SIGHT } from './sight.js';

/** How far a right goes: things of the own Center, or of all; what belongs to no Center is everybody's who has the right. */
export type Reach = 'own_center' | 'all_centers';

type Right = Readonly<Partial<Record<Role, Reach>>>;

/** Whoever signs in: the people of a Center, its coordinator, its administrator and its auditor. */
const WHOEVER_SIGNS_IN: readonly Role[] = [...EVERYBODY_AT_THE_CENTER, 'analyst', 'coordinator', 'administrator', 'auditor', 'duty_officer'];
/** Whoever watches by figures: they see no case, no name, and nothing else of a Center. */
const SUPERVISORS: readonly Role[] = ['region_supervisor', 'ministry_supervisor'];
/** Whoever sees any case at all; of which, and how much, is the table of `sight.ts`. */
const WHOEVER_SEES_CASES: readonly Role[] = WHOEVER_SIGNS_IN.filter((role) => SIGHT[role] !== undefined);

function own(roles: readonly Role[]): Right {
  return Object.fromEntries(roles.map((role) => [role, 'own_center' as const]));
}

const ADMINISTRATOR_OF_ALL: Right = { administrator: 'all_centers' };

/** What can be done beside the commands of a case. */
export const RIGHTS = {
  readOwnPosts: own([...WHOEVER_SIGNS_IN, ...SUPERVISORS]),
  keepOwnSessions: own([...WHOEVER_SIGNS_IN, ...SUPERVISORS]),
  /** Of somebody of the Center whose device was lost, or who is not to come in any more. */
  endSessions: own(['administrator']),
  registerAppeal: own(EVERYBODY_AT_THE_CENTER),
  readCases: own(WHOEVER_SEES_CASES),
  /** Who looked at a case, and by what right. */
  readLooks: own(['center_head', 'auditor']),
  uploadDocument: own(EVERYBODY_AT_THE_CENTER),
  bringSignature: own(EVERYBODY_AT_THE_CENTER),
  readDocuments: own(WHOEVER_SEES_CASES),
  readCenter: own(WHOEVER_SIGNS_IN),
  /** How many places are free is everybody’s there to know; who is in them, by the table of `sight.ts`. */
  readPlaces: own(WHOEVER_SIGNS_IN),
  keepRooms: own(['center_head']),
  readStayJournal: own(WHOEVER_SEES_CASES),
  readDuties: own(WHOEVER_SEES_CASES),
  readAlerts: own(WHOEVER_SEES_CASES),
  /** P53: "I have it", of an alarm of threat or duty; whoever was told of it, and whoever sees its case. */
  takeAlert: own(WHOEVER_SEES_CASES),
  /** Whom to telephone at night; an administrator may be of another Center than the one that is silent. */
  readPhoneList: { ...own(WHOEVER_SIGNS_IN), administrator: 'all_centers' },
  /** By the code on its paper: its own case, and of that what office/family-view.ts tells. */
  readFamilyView: own(['family']),
  /** How far up, and of which Centers: figures.ts. */
  readFigures: own(Object.keys(FIGURES_UP_TO) as Role[]),
  /** They name years and counts, nothing of a Center: its head may know of them too. */
  readAlarms: { center_head: 'all_centers', administrator: 'all_centers' },
  readReports: own(WHOEVER_SEES_CASES),
  retakeReport: own(CASE_WORK),
  /** A report of a case that nobody knows belongs to no Center. */
  handleOrphanReports: ADMINISTRATOR_OF_ALL,
  readTasks: own(WHOEVER_SEES_CASES),
  /** The administrator, of what belongs to no Center. */
  handleTask: own([...CASE_WORK, 'administrator']),
  keepStaffing: { center_head: 'own_center', administrator: 'all_centers' },
  readColleagues: own(WHOEVER_SIGNS_IN),
  readReference: own(WHOEVER_SIGNS_IN),
  keepReference: ADMINISTRATOR_OF_ALL,
  readOrganisations: own(WHOEVER_SIGNS_IN),
  keepOrganisations: ADMINISTRATOR_OF_ALL,
  /** Where the directory has nobody, a plan must not wait for an administrator. */
  nameOnPaper: own(CASE_WORK),
  /** The law of all Centers: nobody's but the administrator's. */
  keepLaw: ADMINISTRATOR_OF_ALL,
  /** What goes further than one Center waits for a second administrator (four-eyes.ts). */
  decideProposals: ADMINISTRATOR_OF_ALL,
} as const satisfies Readonly<Record<string, Right>>;

export type Act = keyof typeof RIGHTS | CommandKind | CenterCommandKind;

/** @returns how far the actor may do it; undefined: not at all */
export function reachOf(act: Act, actor: Actor): Reach | undefined {
  const right: Right | undefined = isOfTable(act) ? RIGHTS[act] : undefined;
  if (right !== undefined) return right[actor.role];
  const { roles } = isOfCenter(act) ? CENTER_COMMANDS[act] : COMMANDS[act as CommandKind];
  return refusalOfRole(roles, actor) === undefined ? 'own_center' : undefined;
}

function isOfTable(act: Act): act is keyof typeof RIGHTS {
  return act in RIGHTS;
}

function isOfCenter(act: Act): act is CenterCommandKind {
  return act in CENTER_COMMANDS;
}

export function may(act: Act, actor: Actor): boolean {
  return reachOf(act, actor) !== undefined;
}

/**
 * The refusal of an act; undefined when it may be done.
 * @param center to which that belongs which it is about; without it only the role is asked
 */
export function refusalOfAct(act: Act, actor: Actor, center?: string): Refusal | undefined {
  const reach = reachOf(act, actor);
  if (reach === undefined) return refusalOfRole([], actor);
  return center === undefined || reach === 'all_centers' || center === actor.center ? undefined : { code: 'actor_of_other_center' };
}
