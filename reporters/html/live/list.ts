import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  type Range,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core';

/** About how high a row is, before it has been measured, in CSS pixels. */
const usualHeight = 66;

/** A row in the document, and the height of those before it that are not. */
export interface Line {
  readonly place: number;
  readonly index: number;
  readonly gap: number;
}

/** Which of many rows are in the document: those near enough to be seen, and the one that has the focus. It is the window that scrolls. */
export class List {
  readonly #virtualizer: Virtualizer<Window, HTMLElement>;
  #places: readonly number[] = [];
  #top = 0;
  #focused: number | undefined;

  /** @param redraw called when other rows have come near. */
  constructor(private readonly redraw: () => void) {
    this.#virtualizer = new Virtualizer(this.#options());
    this.#virtualizer._didMount();
  }

  #options() {
    return {
      count: this.#places.length,
      getScrollElement: (): Window => window,
      estimateSize: () => usualHeight,
      getItemKey: (index: number) => this.#places[index] ?? index,
      observeElementRect: observeWindowRect,
      observeElementOffset: observeWindowOffset,
      scrollToFn: windowScroll,
      onChange: () => this.redraw(),
      rangeExtractor: (range: Range) => this.#withFocused(defaultRangeExtractor(range)),
      overscan: 4,
      scrollMargin: this.#top,
    };
  }

  #withFocused(near: number[]): number[] {
    const index = this.#focused === undefined ? -1 : this.#places.indexOf(this.#focused);
    return index < 0 || near.includes(index) ? near : [...near, index].sort((a, b) => a - b);
  }

  /** @param places of all rows. */
  set(places: readonly number[]): void {
    if (places === this.#places) return;
    this.#places = places;
    this.#virtualizer.setOptions(this.#options());
  }

  /** To be called when the document has changed. @param top where the first row begins in it. */
  settle(top: number): void {
    if (top !== this.#top) {
      this.#top = top;
      this.#virtualizer.setOptions(this.#options());
      this.redraw();
    }
    this.#virtualizer._willUpdate();
  }

  /** The rows in the document, and the height of those after them. */
  lines(): { readonly lines: readonly Line[]; readonly rest: number } {
    let end = this.#top;
    const lines = this.#virtualizer.getVirtualItems().map((item) => {
      const gap = item.start - end;
      end = item.end;
      return { place: this.#places[item.index] ?? -1, index: item.index, gap };
    });
    return { lines, rest: this.#virtualizer.getTotalSize() + this.#top - end };
  }

  /** Takes the element of a row, which tells the index of its line in `data-index`. */
  readonly measure = (element: HTMLElement | null): void => this.#virtualizer.measureElement(element);

  /** Keeps the row in the document, wherever it is. */
  focus(place: number | undefined): void {
    this.#focused = place;
    this.#virtualizer.setOptions(this.#options());
  }
}
