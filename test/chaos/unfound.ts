/** Planted bugs that random schedules cannot find, by name, and why. */
export const unfound: Readonly<Record<string, string>> = {};
