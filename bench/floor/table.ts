import { place, subscriptionNames } from '../../reporters/place';
import { worstFirst } from '../../reporters/view';
import type { Report } from '../../types';

/**
 * The least that a page of results can be: one table of the same rows, with the six columns that the page of `--html` shows of
 * each, and a script that filters by hiding rows. It escapes nothing, so it is for reports of our own only.
 */
export function barePage(report: Report): string {
  const names = subscriptionNames(report);
  const rows = worstFirst(report, { width: 0, colour: false, ignoreOk: false, plugins: [] }).map(
    ({ status, severity, resource, message, reason, plugin }) => {
      const [, subscription = ''] = place(resource, names);
      const server = `${resource.name} ${resource.resourceGroup}`;
      const finding = [message, reason?.kind, plugin].filter(Boolean).join(' ');
      return [status, severity, server, resource.location ?? '', subscription, finding];
    },
  );
  const row = (tag: 'th' | 'td', cells: readonly string[]) => `<tr>${cells.map((cell) => `<${tag}>${cell}`).join('')}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Results</title>
<table>
<thead>${row('th', ['Status', 'Severity', 'Server', 'Location', 'Subscription', 'Finding'])}
<tbody>${rows.map((cells) => row('td', cells)).join('')}</table>
<script>${script}</script>
`;
}

const script = `
const [body] = document.querySelector('table').tBodies;
const rows = [...body.rows];
const show = (fits) => rows.forEach((row) => { row.hidden = !fits(row); });
const showText = (text) => show((row) => row.textContent.toLowerCase().includes(text));
const showCell = (column, text) => show((row) => row.cells[column].textContent === text);
// What puts thousands of rows in is quicker out of the document.
function outside(change) {
  const table = body.parentNode;
  body.remove();
  change();
  table.append(body);
}
const showAll = () => outside(() => show(() => true));
const sort = (column) => outside(() => {
  const texts = new Map(rows.map((row) => [row, row.cells[column].textContent]));
  rows.sort((a, b) => texts.get(a) < texts.get(b) ? -1 : 1);
  body.replaceChildren(...rows);
});
`;
