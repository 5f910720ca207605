/**
 * The public half of `server/adapters/development-only.key.pem`, which anybody can read: what signs kernels where nobody set
 * up a key of their own. A server in production refuses it.
 */
export const DEVELOPMENT_KERNEL_KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbiz3Qdztato2Kbuz9qfS21ayTG8RZpqJFp0t6yZqxL/Q1LUNmyCRyVVuMNuMhfD0iA2vdzWUTveixXlX9pOf9g==';
