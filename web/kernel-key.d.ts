/** What the build puts into the app: `house/kernel-key.ts`. */
interface ImportMetaEnv {
  readonly KERNEL_KEY: string;
}
