import { clouds } from './modules';

/** Prints every plugin that CloudSploit has, for any cloud. */
const all = Object.entries(clouds).flatMap(([cloud, plugins]) =>
  Object.entries(plugins).map(([id, { title, category, apis }]) => ({ cloud, id, title, category, apis })),
);
console.log(JSON.stringify(all));
