import { useState } from 'preact/hooks';

/** Puts the text where it can be pasted from, or says how else it can be had. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState('');
  const copy = async () => {
    const ok = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    say(ok ? 'Copied' : 'Not allowed here: select and copy it');
    setTimeout(() => say(''), 3000);
  };
  return (
    <span class="copy">
      <button type="button" onClick={copy} aria-label={`Copy ${what}`}>
        Copy
      </button>
      <span role="status">{said}</span>
    </span>
  );
}
