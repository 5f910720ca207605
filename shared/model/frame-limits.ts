/**
 * Largest frames of the device link, both ways: what the phone has to know of the limits. In a file of its own, so that no
 * phone loads the rest of the policy.
 */
export const FRAME_LIMITS = { deviceFrameBytes: 16 * 1024, serverFrameBytes: 64 * 1024 };
