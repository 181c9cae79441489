/** Words of the page of the law's versions (T): working translations, to be read by a native speaker before release. */
import type { LawKind, LawVersions, PreviewEffect } from '../contracts/http/law.js';
import type { Language } from '../contracts/messages/language.js';
import type { z } from 'zod';

type VersionState = z.input<typeof LawVersions>['items'][number]['state'];

export interface LawWords {
  title: string;
  versions: string;
  adoptions: string;
  preview: string;
  version: string;
  state: string;
  inForceSince: string;
  act: string;
  openCases: string;
  cases: string;
  done: string;
  left: string;
  failed: string;
  moved: string;
  kept: string;
  began: string;
  ended: string;
  seconds: string;
  obligations: string;
  stepsReplanned: string;
  notComputable: string;
  nothing: string;
  kinds: Readonly<Record<LawKind, string>>;
  states: Readonly<Record<VersionState, string>>;
  sweep: Readonly<Record<'running' | 'paused' | 'done', string>>;
  effects: Readonly<Record<PreviewEffect, string>>;
}

export const LAW_WORDS: Readonly<Record<Language, LawWords>> = {
  kk: {
    title: 'Күнтізбелер мен баптаулар',
    versions: 'Нұсқалар',
    adoptions: 'Қолданысқа енгізу',
    preview: 'Алдын ала қарау',
    version: 'нұсқа',
    state: 'күйі',
    inForceSince: 'қолданыста',
    act: 'акт',
    openCases: 'ашық істер',
    cases: 'істер',
    done: 'орындалды',
    left: 'қалды',
    failed: 'сәтсіз',
    moved: 'жылжыған күндер',
    kept: 'өзгермеген өткен мерзімдер',
    began: 'басталды',
    ended: 'аяқталды',
    seconds: 'секунд',
    obligations: 'міндеттер',
    stepsReplanned: 'ескертулері қайта жоспарланған міндеттер',
    notComputable: 'есептеуге келмейтін істер',
    nothing: 'Ешқандай міндет өзгермейді.',
    kinds: { calendar: 'күнтізбе', policy: 'баптаулар' },
    states: { draft: 'жоба', outdated: 'ескірген жоба', in_force: 'қолданыста', superseded: 'ауыстырылған' },
    sweep: { running: 'жүріп жатыр', paused: 'тоқтатылған', done: 'аяқталды' },
    effects: {
      moved: 'басқа күні аяқталады',
      becomes_overdue: 'мерзімі өткен болады: жаңа күн өтіп кетті',
      kept: 'бұрын өткен: күні сақталады, екі оқылуы да жазылады',
      would_not_be_overdue: 'бұрын өткен, жаңа оқылуы бойынша өтпес еді',
      term_changed: 'мерзім ұзақтығы басқа, күні сол',
      ended: 'енді орындалмайды: қағида өшірілген',
    },
  },
  ru: {
    title: 'Календари и настройки',
    versions: 'Версии',
    adoptions: 'Введение в действие',
    preview: 'Предварительный просмотр',
    version: 'версия',
    state: 'состояние',
    inForceSince: 'действует с',
    act: 'акт',
    openCases: 'открытых дел',
    cases: 'дела',
    done: 'выполнено',
    left: 'осталось',
    failed: 'не удалось',
    moved: 'перенесено дат',
    kept: 'оставлено пропущенных',
    began: 'начато',
    ended: 'окончено',
    seconds: 'секунд',
    obligations: 'обязанности',
    stepsReplanned: 'обязанностей с заново назначенными напоминаниями',
    notComputable: 'дела, которые нельзя рассчитать',
    nothing: 'Ни одна обязанность не меняется.',
    kinds: { calendar: 'календарь', policy: 'настройки' },
    states: { draft: 'проект', outdated: 'устаревший проект', in_force: 'действует', superseded: 'заменена' },
    sweep: { running: 'идет', paused: 'приостановлено', done: 'окончено' },
    effects: {
      moved: 'оканчиваются в другой день',
      becomes_overdue: 'станут просроченными: новая дата уже прошла',
      kept: 'пропущены раньше: дата остаётся, записываются оба прочтения',
      would_not_be_overdue: 'пропущены раньше, по новому прочтению не были бы пропущены',
      term_changed: 'другая длина срока, та же дата',
      ended: 'больше не причитаются: правило отключено',
    },
  },
  en: {
    title: 'Calendars and policies',
    versions: 'Versions',
    adoptions: 'Adoptions',
    preview: 'Preview',
    version: 'version',
    state: 'state',
    inForceSince: 'in force since',
    act: 'act',
    openCases: 'open cases',
    cases: 'cases',
    done: 'done',
    left: 'left',
    failed: 'failed',
    moved: 'dates moved',
    kept: 'missed before and kept',
    began: 'began',
    ended: 'ended',
    seconds: 'seconds',
    obligations: 'obligations',
    stepsReplanned: 'obligations whose reminders are planned anew',
    notComputable: 'cases that cannot be computed',
    nothing: 'No obligation changes.',
    kinds: { calendar: 'calendar', policy: 'policy' },
    states: { draft: 'draft', outdated: 'outdated draft', in_force: 'in force', superseded: 'superseded' },
    sweep: { running: 'running', paused: 'paused', done: 'done' },
    effects: {
      moved: 'end another day',
      becomes_overdue: 'become overdue: the new date has passed',
      kept: 'missed before: the date stands, both readings are recorded',
      would_not_be_overdue: 'missed before, and would not be by the new reading',
      term_changed: 'another term, the same date',
      ended: 'no longer owed: the row is switched off',
    },
  },
};
