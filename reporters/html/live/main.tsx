import { render } from 'preact';
import { addressOf, everything, type Filters, filtersOf, isOfFilters } from '../address';
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
    render(
      <>
        <FilterBar results={results} filters={filters} selection={selection} change={change} />
        <p role="status" class="shown">
          {shown.length === results.all.length ? `All ${all} results` : `${thousands(shown.length)} of ${all} results`}
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
    const head = root.querySelector('thead');
    if (head && !onPaper) list.settle(head.getBoundingClientRect().bottom + scrollY);
  }

  root.replaceChildren();
  draw();
  if (addressOf(filters) !== addressOf(everything)) root.scrollIntoView();
  // Ten thousand names take some frames to be put in order: not when somebody waits for it.
  setTimeout(() => results.select({ ...everything, sort: 'server' }), 500);

  addEventListener('hashchange', () => {
    if (!isOfFilters(location.hash)) return;
    set(filtersOf(location.hash));
    root.scrollIntoView();
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

const root = document.getElementById('live');
const data = document.getElementById('data')?.textContent;
if (root && data) start(root, JSON.parse(data) as PageData);
