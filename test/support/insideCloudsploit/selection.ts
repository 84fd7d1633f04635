import { clouds } from './modules';

/** Loaded with `--require`: for Azure CloudSploit has these plugins only. Its own `--plugin` takes one. */
const wanted = (process.env.PGPOSTURE_SELECTION ?? '').split(',');
clouds.azure = Object.fromEntries(Object.entries(clouds.azure ?? {}).filter(([id]) => wanted.includes(id)));
