/** What the build puts into the app: `house/kernel-key.ts`. */
interface ImportMetaEnv {
  readonly KERNEL_KEY: string;
}
/** As Vite's own types say it; those of the workers do not include them. */
interface ImportMeta {
  readonly env: ImportMetaEnv;
}
