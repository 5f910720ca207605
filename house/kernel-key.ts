import { DEVELOPMENT_KERNEL_KEY } from '../shared/development-key.ts';

/**
 * The key whose signature on the manifest of kernels an app trusts, put into it when it is built: KERNEL_KEY, as
 * `npm run zeus -- manifest key` prints it, else the development key.
 */
export const kernelKey = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  'import.meta.env.KERNEL_KEY': JSON.stringify(env['KERNEL_KEY'] || DEVELOPMENT_KERNEL_KEY),
});
