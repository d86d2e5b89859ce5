import { gitUser as ofFolder } from '../../engine/client/gitUser';

/** Who works in a folder, as git signs commits there. Asks git: only in a trusted workspace. */
export const gitUser = (folder: string): Promise<string> => ofFolder(folder);
