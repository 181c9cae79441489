/** The hard days on the running stack, in the time of the wall: a threat at night, signs of violence, children who come along, a bed for tonight. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CenterCommandAnswer, CenterDetail } from '../../contracts/http/centers.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { GROUP_PARTS } from '../../domain/law/mobile-group.js';
import { developmentOrganisationId } from '../../db/development-organisations.js';
import { until } from '../../process/deadline.js';
import type { BearerOf } from '../provider/token-source.js';
import { ApiRefusal, createAsk, createCenterApi, type Ask, type CaseView, type CenterApi } from './center-api.js';
import type { Check } from './checks.js';
import { Story } from './story.js';
import { TOKENS } from './walk.js';

export const HARD_DAYS = ['threat', 'violence', 'minors', 'stay'] as const;

export type HardDay = (typeof HARD_DAYS)[number];

export interface HardDayOptions {
  api: string;
  bearerOf?: BearerOf;
  tell: (text: string) => void;
}

const CENTER = '/v1/centers/almaty-auezov';
/** An effect is at its organisation within moments; a machine that is busy with other things may need longer. */
const TAKEN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** @returns what should hold at the end of the day, and whether it does. Rejects when something of it was refused or never came */
export async function runHardDay(day: HardDay, { api: url, bearerOf, tell }: HardDayOptions): Promise<readonly Check[]> {
  const scene = new Scene(createCenterApi(url, TOKENS.head, bearerOf), createAsk(url, { bearerOf }), new Story(tell));
  return DAYS[day](scene);
}

const DAYS: { readonly [D in HardDay]: (scene: Scene) => Promise<readonly Check[]> } = { threat, violence, minors, stay };

class Scene {
  readonly api: CenterApi;
  readonly ask: Ask;
  readonly story: Story;
  caseId = '';
  personId = '';

  constructor(api: CenterApi, ask: Ask, story: Story) {
    this.api = api;
    this.ask = ask;
    this.story = story;
  }

  /** By telephone and without an ИИН, so that each run is a new family. */
  async register(body: Omit<Parameters<CenterApi['registerAppeal']>[1], 'applicant' | 'text'>): Promise<void> {
    const applicant = { fullName: 'Синтетическое Лицо', birthDate: '1990-01-01' };
    const { caseId, personId = '' } = await this.api.registerAppeal(TOKENS.manager, { ...body, applicant, text: 'Синтетический звонок.' });
    this.caseId = caseId;
    this.personId = personId;
    await this.news();
  }

  async give(kind: Parameters<CenterApi['command']>[1]['kind'], body: unknown, parameters: Record<string, string> = {}): Promise<void> {
    await this.api.command(this.caseId, { token: TOKENS.manager, kind, body, parameters });
    await this.news();
  }

  async news(): Promise<CaseView> {
    const [lines, view] = await Promise.all([this.api.timeline(this.caseId, this.story.toldSeq), this.view()]);
    this.story.tell(lines, view);
    return view;
  }

  async view(): Promise<CaseView> {
    const view = await this.api.readCase(this.caseId);
    if (view === undefined) throw new Error(`case ${this.caseId} is not open`);
    return view;
  }

  async taken(kind: CaseView['dispatches'][number]['kind'], how: number): Promise<void> {
    const look = async (): Promise<true | undefined> =>
      (await this.view()).dispatches.filter((dispatch) => dispatch.kind === kind && dispatch.state === 'delivered').length >= how ? true : undefined;
    if ((await until(look, TAKEN_WITHIN_MS, LOOK_EVERY_MS)) === undefined)
      throw new Error(`what was sent (${kind}) was not taken within ${TAKEN_WITHIN_MS / 1_000} s`);
    await this.news();
  }

  async standing(...rules: string[]): Promise<Check[]> {
    const { duties } = await this.view();
    return rules.map((rule) => {
      const found = duties.filter((duty) => duty.rule === rule).map(({ standing }) => standing);
      return { what: `${rule} is met`, ok: found.length > 0 && found.every((each) => each === 'met'), found: found.join(', ') || 'nothing' };
    });
  }
}

/** 256 п.22: from the call to the visit protocol of the morning. */
async function threat(scene: Scene): Promise<readonly Check[]> {
  const members = await group(scene);
  scene.story.say('At night the contact centre 111 passes on a call: somebody is beaten.');
  await scene.register({ channel: 2, threat: true });
  await scene.give('assignImmediateMeasures', { note: 'Синтетические меры.' });
  scene.story.say('The duty officer calls out the mobile group; it is back in the morning with what it found.');
  await scene.give('callMobileGroup', {});
  const now = Date.now();
  const times = { departedAt: new Date(now - 2_000).toISOString(), arrivedAt: new Date(now - 1_000).toISOString() };
  await scene.give('recordGroupVisit', { ...times, present: members, findings: 'Синтетические выводы.' });
  const dueOn = legalDayOf(now);
  const measures = [
    { measureId: 'own', supportKind: 'psychological_help', dueOn },
    { measureId: 'watch', supportKind: 'preventive_supervision', agency: developmentOrganisationId('internal_affairs'), dueOn },
  ];
  scene.story.say('The response plan makes the police responsible for one measure: it is told at once, of that one.');
  await scene.give('adoptResponsePlan', { measures });
  await scene.taken('response_request', 1);
  await scene.give('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
  return scene.standing('256-14-2T', '256-22-1', '256-22-2', 'P4');
}

/** 256 п.23, п.24: help, and the redirection for identification. */
async function violence(scene: Scene): Promise<readonly Check[]> {
  await scene.register({ channel: 1, threat: false });
  scene.story.say('Signs of violence are seen: from now on only the team, the head and the duty officer see the case.');
  await scene.give('recordViolenceSigns', { toldBy: 'self', note: 'Синтетические признаки.' });
  await scene.give('recordVictimHelp', { kind: 'psychological', colleague: 'psychologist-almaty-auezov', on: legalDayOf(Date.now()), result: 'given' });
  scene.story.say('A crisis centre is asked, with a name and a code, and no word and no address.');
  const organisation = developmentOrganisationId('crisis_centre');
  await scene.give('orderIdentification', { personId: scene.personId, organisation, supportKind: 'psychological_help' });
  await scene.taken('identification_referral', 1);
  return scene.standing('256-24');
}

/** 256 п.26: two written notices within twenty-four hours. */
async function minors(scene: Scene): Promise<readonly Check[]> {
  scene.story.say('A mother asks for a place, with her son: law enforcement and guardianship have a day to be told.');
  await scene.register({ channel: 1, threat: false, stay: { children: [{ person: { fullName: 'Синтетический Ребенок', birthDate: '2019-05-04' } }] } });
  await scene.taken('minors_notice', 2);
  return scene.standing('256-26');
}

/** 256 п.25: admitted, away for a day, back, gone. */
async function stay(scene: Scene): Promise<readonly Check[]> {
  const room = await roomFor(scene);
  await scene.register({ channel: 1, threat: false });
  const order = { number: '17-ж', date: legalDayOf(Date.now()) };
  const checklist = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true };
  scene.story.say('There is a place for tonight: it is theirs from the moment at which they are admitted.');
  const admission = { persons: [{ personId: scene.personId, room }], basis: { kind: 'application' }, order, location: 'Синтетическое место.', checklist };
  await scene.give('admitToStay', admission);
  const stayId = (await scene.view()).stays[0]?.stayId ?? '';
  await scene.give('recordStayArrival', { medicalExamination: true, sanitaryTreatment: true }, { stayId });
  await scene.give('recordTemporaryLeave', { order, reason: 'hospital' }, { stayId });
  await scene.give('recordStayReturn', { order }, { stayId });
  await scene.give('endStay', { order, reason: 'housing_found' }, { stayId });
  return scene.standing('256-23-5');
}

/** The group of the Center; where nobody has recorded its order, one of today. */
async function group({ ask }: Scene): Promise<string[]> {
  const read = (): Promise<z.infer<typeof CenterDetail>> => ask(CenterDetail, { method: 'GET', path: CENTER, token: TOKENS.head });
  if ((await read()).orderInForce === undefined) {
    const members = GROUP_PARTS.map((part) => ({ part, name: 'Синтетическое Лицо', phone: '+7 700 000 00 00' }));
    const body = { number: '41-ө', issuedOn: legalDayOf(Date.now()), members };
    await ask(CenterCommandAnswer, { method: 'POST', path: `${CENTER}/mobile-group-orders`, token: TOKENS.head, body, key: randomUUID() });
  }
  return (await read()).orderInForce?.members.flatMap(({ memberId, leftOn }) => (leftOn === undefined ? [memberId] : [])) ?? [];
}

const ROOM = '101';

/** A room of the Center; one that is there already stays as it is. */
async function roomFor({ ask }: Scene): Promise<string> {
  const body = { version: 0, forWhom: 'anybody', capacity: 20, from: legalDayOf(Date.now()) };
  const path = `${CENTER}/rooms/${ROOM}`;
  await ask(z.unknown(), { method: 'PUT', path, token: TOKENS.head, body, key: randomUUID() }).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal) || error.code !== 'room_changed') throw error;
  });
  return ROOM;
}
