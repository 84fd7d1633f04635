import { renderToString } from 'preact-render-to-string';
import type { PageContent } from './content';
import { About } from './static/about';
import { Changes } from './static/changes';
import { ComplianceView } from './static/compliance';
import { Coverage } from './static/coverage';
import { Results } from './static/results';
import { Suppressions } from './static/suppressions';
import { Verdict } from './static/verdict';

/** What the page brings with it: the text of its script and of its style, and the hash of each for the policy. */
export interface Assets {
  readonly script: string;
  readonly style: string;
  /** `sha256-…` */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/** Makes the page of this script and style. */
export function pageOf({ script, style, scriptHash, styleHash }: Assets): (content: PageContent) => string {
  // What is not named here is refused: no request leaves the page, no other script runs, no text becomes markup.
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const head = `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">`;
  return (content) => `<!doctype html>
<html lang="en">
<head>
${head}
${renderToString(<title>{titleOf(content)}</title>)}
<style>${style}</style>
</head>
<body>
${renderToString(<Body {...content} />)}
<script type="application/json" id="data">${inScript(content.data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

const titleOf = ({ headline, report }: PageContent) =>
  `pgposture: ${report.shard ? `shard ${report.shard.index} of ${report.shard.count}, ` : ''}${headline} (${report.finishedAt.slice(0, 10)})`;

/** A `<` could end the element, or begin a comment in it; a `#` could be a command to a pipeline that shows it. */
const inScript = (data: unknown) => JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('##', '\\u0023#');

const Body = (content: PageContent) => (
  <>
    <a class="skip" href="#results">
      Skip to the results
    </a>
    <Verdict {...content} />
    <main>
      <Changes {...content} />
      <Results {...content} />
      <Suppressions {...content} />
      <Coverage {...content} />
      <ComplianceView {...content} />
      <About {...content} />
    </main>
  </>
);
