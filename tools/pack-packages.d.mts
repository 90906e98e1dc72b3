/** Packs every package, which has to be built, as it would be published; the names of the tarballs in the empty `folder`. */
export function packPackages(folder: string): readonly string[];
