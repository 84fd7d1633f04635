import type { Compliance, Report } from '../../types';
import type { PageData, PagePlugin } from './data';

/** What stands in the page. Every text is fit to be shown as it is; as markup it is not. */
export interface PageContent {
  readonly report: Report;
  /** The results, worst first. */
  readonly results: Report['results'];
  /** The plugins that ran, by id. */
  readonly plugins: ReadonlyMap<string, PagePlugin>;
  /** The verdict in words. */
  readonly headline: string;
  /** What was asked, and what came. */
  readonly coverage: readonly string[];
  /** Or why nothing can be said of controls. */
  readonly compliance: readonly Compliance[] | string;
  readonly data: PageData;
}
