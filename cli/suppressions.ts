import type { Suppression } from '../types';
export const readSuppressions = async (_path: string): Promise<Suppression[]> => [];
