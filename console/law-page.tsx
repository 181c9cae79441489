/** Calendars and policies for the administrator: versions, how adoptions go on, what a version would do. Nothing is changed here. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import { lawPlaceOf, PREVIEW_EFFECTS, type Adoptions, type LawPreview, type LawVersions } from '../contracts/http/law.js';
import { ruleTitle } from '../contracts/messages/wording.js';
import { LAW_WORDS } from './law-words.js';
import { Frame, type Reader } from './page.js';
import { agencyName, localEnd, localTime } from './wording.js';

type Versions = z.input<typeof LawVersions>['items'];
type Adoption = z.input<typeof Adoptions>['items'][number];
type Preview = z.input<typeof LawPreview>;

export function LawPage({ reader, versions, adoptions }: { reader: Reader; versions: Versions; adoptions: readonly Adoption[] }): VNode {
  const words = LAW_WORDS[reader.language];
  return (
    <Frame reader={reader} title={words.title}>
      <h2>{words.versions}</h2>
      <VersionsTable reader={reader} versions={versions} />
      <h2>{words.adoptions}</h2>
      {adoptions.length === 0 ? <p>{reader.text.words.nothingHere}</p> : null}
      {adoptions.map((adoption) => (
        <AdoptionSection reader={reader} adoption={adoption} />
      ))}
    </Frame>
  );
}

function VersionsTable({ reader, versions }: { reader: Reader; versions: Versions }): VNode {
  const words = LAW_WORDS[reader.language];
  return (
    <table>
      <thead>
        <tr>
          <th>{words.version}</th>
          <th>{words.state}</th>
          <th>{words.openCases}</th>
          <th>{words.inForceSince}</th>
          <th>{words.act}</th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ kind, version, state, openCases, adoptedAt, act }) => (
          <tr>
            <td>
              {words.kinds[kind]} <strong>{version}</strong>
            </td>
            <td>
              {words.states[state]}
              {state === 'draft' ? (
                <>
                  {' '}
                  (<a href={`/console/law/${lawPlaceOf(kind)}/${encodeURIComponent(version)}`}>{words.preview}</a>)
                </>
              ) : null}
            </td>
            <td>{openCases}</td>
            <td>{adoptedAt === undefined ? '—' : localTime(adoptedAt)}</td>
            <td class="soft">{act ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AdoptionSection({ reader, adoption }: { reader: Reader; adoption: Adoption }): VNode {
  const words = LAW_WORDS[reader.language];
  const { kind, version, previous, act, state, startedAt, endedAt, seconds, total, done, left, failed, moved, kept, failures } = adoption;
  return (
    <section>
      <p>
        {words.kinds[kind]} <strong>{version}</strong> ← {previous}: <strong>{words.sweep[state]}</strong>
      </p>
      <p class="soft">{act}</p>
      <p>
        {`${words.cases}: ${words.done} ${done} / ${total}, ${words.left} ${left}, ${words.failed} ${failed}. ${words.moved}: ${moved}. ${words.kept}: ${kept}.`}
      </p>
      <p class="soft">
        {startedAt === undefined ? '' : `${words.began} ${localTime(startedAt)}. `}
        {endedAt === undefined ? '' : `${words.ended} ${localTime(endedAt)}. `}
        {seconds === undefined ? '' : `${seconds.toFixed(1)} ${words.seconds}`}
      </p>
      {failures.map(({ caseId, reason }) => (
        <p class="late">{`${caseId}: ${reason}`}</p>
      ))}
    </section>
  );
}

export function LawPreviewPage({ reader, preview }: { reader: Reader; preview: Preview }): VNode {
  const words = LAW_WORDS[reader.language];
  const { kind, version, previous, cases, duties, stepsReplanned, owners, items, more } = preview;
  const effects = PREVIEW_EFFECTS.filter((effect) => duties[effect] > 0);
  return (
    <Frame reader={reader} title={`${words.preview}: ${words.kinds[kind]} ${version} ← ${previous}`}>
      <p>{`${words.cases}: ${cases.affected} / ${cases.open}`}</p>
      {cases.notComputable === 0 ? null : <p class="late">{`${words.notComputable}: ${cases.notComputable}`}</p>}
      {effects.length === 0 ? <p>{words.nothing}</p> : null}
      <ul>
        {effects.map((effect) => (
          <li>{`${duties[effect]}: ${words.effects[effect]}`}</li>
        ))}
      </ul>
      <p>{`${words.stepsReplanned}: ${stepsReplanned}`}</p>
      <ul>
        {owners.map(({ owner, agency, duties: counts }) => (
          <li>{`${agency === undefined ? reader.text.roles[owner] : agencyName(agency, reader)}: ${PREVIEW_EFFECTS.reduce((sum, effect) => sum + counts[effect], 0)}`}</li>
        ))}
      </ul>
      <h2>{words.obligations}</h2>
      <table>
        <tbody>
          {items.map(({ caseId, key, rule, effect, from, to }) => (
            <tr>
              <td class="soft">{caseId}</td>
              <td>
                {ruleTitle(rule, reader.language)} <span class="soft">{key}</span>
              </td>
              <td>{`${from === undefined ? '—' : localEnd(from)} → ${to === undefined ? '—' : localEnd(to)}`}</td>
              <td>{words.effects[effect]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more === 0 ? null : <p class="soft">{`… + ${more}`}</p>}
    </Frame>
  );
}
