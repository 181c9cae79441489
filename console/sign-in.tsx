/** The door of the pages while development tokens stand in for OpenID Connect. */
import type { VNode } from 'preact';
import { Frame, type Reader } from './page.js';

export function SignInPage({ reader, wrong }: { reader: Reader; wrong: boolean }): VNode {
  const { words } = reader;
  return (
    <Frame reader={reader} title={words.signIn}>
      <form method="post" action="/console/sign-in">
        <p>
          <label>
            {words.accessKey} <input name="key" type="password" autocomplete="current-password" required autofocus />
          </label>{' '}
          <button>{words.signIn}</button>
        </p>
        {wrong ? <p class="late">{words.accessKeyWrong}</p> : null}
        <p class="soft">{words.signInHint}</p>
      </form>
    </Frame>
  );
}

export function NotFoundPage({ reader, sentence }: { reader: Reader; sentence: string }): VNode {
  return (
    <Frame reader={reader} title={reader.words.product}>
      <p>{sentence}</p>
    </Frame>
  );
}
