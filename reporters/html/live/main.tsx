import { render } from 'preact';
import { addressOf, everything, type Filters, filtersOf, isOfFilters, wholes } from '../address';
import type { PageData } from '../data';
import { thousands } from '../thousands';
import { FilterBar } from './filterBar';
import { List } from './list';
import { Results } from './selection';
import { Table } from './table';

function start(root: HTMLElement, data: PageData): void {
  const results = new Results(data);
  const list = new List(() => draw());
  const open = new Set<number>();
  let filters = filtersOf(isOfFilters(location.hash) ? location.hash : '');
  let selection = results.select(filters);
  let onPaper = false;
  let writing: ReturnType<typeof setTimeout> | undefined;

  function set(next: Filters): void {
    filters = next;
    selection = results.select(filters);
    draw();
  }

  function change(some: Partial<Filters>): void {
    set({ ...filters, ...some });
    // Browsers refuse an address that changes with every key.
    clearTimeout(writing);
    writing = setTimeout(() => history.replaceState(null, '', addressOf(filters)), 200);
  }

  function toggle(place: number): void {
    if (!open.delete(place)) open.add(place);
    draw();
  }

  function move(index: number): void {
    const place = selection.shown[index];
    if (place === undefined) return;
    list.focus(place);
    draw();
    root.querySelector<HTMLElement>(`[data-place="${index}"]`)?.focus();
  }

  function draw(): void {
    const { shown } = selection;
    list.set(shown);
    const all = thousands(results.all.length);
    const some = `${thousands(shown.length)} of ${all} results: ${inWords(filters, results)}`;
    render(
      <>
        <FilterBar results={results} filters={filters} selection={selection} change={change} />
        <p role="status" class="shown">
          {isFiltered(filters) ? some : `All ${all} results`}
        </p>
        <Table
          results={results}
          settings={data.settings}
          filters={filters}
          shown={shown}
          open={open}
          list={onPaper ? undefined : list}
          change={change}
          toggle={toggle}
          move={move}
        />
      </>,
      root,
    );
    // The first part of the table is always laid out; its head is not, in a narrow window.
    const first = root.querySelector('table.results > tbody');
    if (first && !onPaper) list.settle(first.getBoundingClientRect().top + scrollY);
  }

  const plain = [...root.childNodes];
  root.replaceChildren();
  try {
    draw();
  } catch (error) {
    root.replaceChildren(...plain);
    throw error;
  }

  /** To the results, with the focus. */
  function go(): void {
    const heading = document.getElementById('results-heading');
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }
  if (isFiltered(filters)) go();
  // Ten thousand names take some frames to be put in order: not when somebody waits for it.
  setTimeout(() => results.select({ ...everything, sort: 'server' }), 500);

  addEventListener('hashchange', () => {
    if (!isOfFilters(location.hash)) return;
    set(filtersOf(location.hash));
    if (isFiltered(filters)) go();
  });
  // A link to what is shown already changes no address, and the way to the results is to leave the filters in it.
  addEventListener('click', (event) => {
    const address = event.target instanceof Element && event.target.closest('a')?.getAttribute('href');
    if (address !== location.hash && address !== '#results') return;
    event.preventDefault();
    go();
  });
  let closed: readonly HTMLDetailsElement[] = [];
  const onPaperIs = (is: boolean) => {
    onPaper = is;
    draw();
    if (is) closed = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const each of closed) each.open = is;
  };
  addEventListener('beforeprint', () => onPaperIs(true));
  addEventListener('afterprint', () => onPaperIs(false));
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    root.querySelector<HTMLElement>('#text')?.focus();
  });
}

/** An order leaves nothing out. */
const isFiltered = (filters: Filters): boolean =>
  addressOf({ ...filters, sort: everything.sort, descending: false }) !== addressOf(everything);

/** What the filters leave, for whoever hears the page, or has it on paper. */
function inWords(filters: Filters, { subscriptionNames }: Results): string {
  const { status, accepted, text, subscription } = filters;
  const named = { ...filters, subscription: subscriptionNames.get(subscription) ?? subscription };
  return [
    ...(status.length > 0 ? [`status ${status.join(', ')}`] : []),
    ...wholes.flatMap((name) => (named[name] === '' ? [] : [`${name} ${named[name]}`])),
    ...(accepted === '' ? [] : [accepted === 'yes' ? 'accepted' : 'not accepted']),
    ...(text === '' ? [] : [`text ${text}`]),
  ].join('; ');
}

const root = document.getElementById('live');
const data = document.getElementById('data')?.textContent;
if (root && data) start(root, JSON.parse(data) as PageData);
