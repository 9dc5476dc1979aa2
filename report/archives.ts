/** Whether archives are as they were made. */
import { archivesAt } from '../store/archive_place.js';
import type { Manifest } from '../store/archive_port.js';
import { StoreError } from '../store/errors.js';
import { openArchive } from '../store/open.js';

/** An archive, and what is wrong with it as a sentence; nothing, where every byte is what its manifest says. */
export type Checked =
  | { readonly path: string; readonly manifest: Manifest; readonly wrong?: undefined }
  | { readonly path: string; readonly manifest?: undefined; readonly wrong: string };

/** @param path of an archive, or of a folder with some @returns one for each, in order of months */
export async function checkArchives(path: string): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const one of archivesAt(path)) {
    try {
      const archive = await openArchive(one);
      archive.close();
      checked.push({ path: one, manifest: archive.manifest });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      checked.push({ path: one, wrong: error.message });
    }
  }
  return checked;
}
