import { join } from 'node:path';
import { packageRoot } from '../config/packageRoot.js';

/** Where the build leaves the workflows' code, prepared for Temporal's sandbox. */
export const workflowBundlePath = join(packageRoot, 'dist', 'workflow-bundle.js');
/** The workflows' source, from which it is made. */
export const workflowsPath = join(packageRoot, 'workflows', 'index.ts');
