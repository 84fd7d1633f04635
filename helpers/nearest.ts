/** The candidates that look most like the word, or hold it, best first, at most three; none that shares too little with it. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const { default: leven } = require('leven') as typeof import('leven');
  const given = word.toLowerCase();
  const holds = (candidate: string) => given.length > 2 && candidate.toLowerCase().includes(given);
  return candidates
    .map((candidate) => ({ candidate, distance: leven(given, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= candidate.length / 2 || holds(candidate))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `Did you mean a, b?`, or the given words if nothing is near. Of a word that differs only in case there is no doubt. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const same = candidates.filter((candidate) => candidate.toLowerCase() === word.toLowerCase());
  const near = same.length > 0 ? same : nearest(word, candidates);
  return near.length > 0 ? `Did you mean ${near.join(', ')}?` : otherwise;
}
