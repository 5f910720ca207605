import { deviceId } from '../../ids.ts';
import { encodeFrame, decodeFrame, type Frame } from '../../protocol/frames.ts';
import { stepAgent } from '../agent.ts';
import {
  NEW_AGENT,
  type AgentEffect,
  type AgentEnvironment,
  type AgentEvent,
  type AgentState,
} from '../agent-state.ts';
import { A_REPORT } from '../../protocol/testing/examples.ts';

const AN_ENVIRONMENT: Omit<AgentEnvironment, 'zoneMinutes'> = {
  deviceId: deviceId(7),
  cores: 8,
  origin: 'https://zeusdrive.example',
  limits: { deviceFrameBytes: 16 * 1024, serverFrameBytes: 64 * 1024 },
  rng: { u32: () => 0x8000_0000 }, // every back-off is half its ceiling
};

/** An agent with a clock and a list of what it ordered since it was last asked. */
export class DrivenAgent {
  state: AgentState = NEW_AGENT;
  now = 1_000;
  /** Its driver's clock, minutes east of UTC. */
  zoneMinutes = 0;
  #effects: AgentEffect[] = [];

  do(event: AgentEvent): this {
    const step = stepAgent(this.state, event, this.now, {
      ...AN_ENVIRONMENT,
      zoneMinutes: () => this.zoneMinutes,
    });
    this.state = step.state;
    this.#effects.push(...step.effects);
    return this;
  }

  hear(frame: Frame): this {
    return this.do({ type: 'received', linkNo: this.state.linkNo, bytes: encodeFrame(frame) });
  }

  /** Moves the clock on and ticks. */
  wait(ms: number): this {
    this.now += ms;
    return this.do({ type: 'tick' });
  }

  allow(allowed = true): this {
    return this.do({ type: 'governed', allowed, report: A_REPORT });
  }

  /** From off to ready. */
  link(lastSeq = 0, maxHeld = 4): this {
    return this.do({ type: 'start' }).relink(lastSeq, maxHeld);
  }

  /** From connecting to ready. */
  relink(lastSeq: number, maxHeld = 4): this {
    return this.do({ type: 'opened', linkNo: this.state.linkNo })
      .hear({ type: 'challenge', nonce: new Uint8Array(32) })
      .do({ type: 'signed', linkNo: this.state.linkNo, signature: new Uint8Array(64) })
      .hear({ type: 'ready', lastSeq, policyVersion: 1, maxHeld });
  }

  /** What was ordered since the last look. */
  take(): readonly AgentEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** The frames among it. */
  takeSent(): readonly Frame[] {
    return this.take().flatMap((effect) => {
      if (effect.type !== 'send') return [];
      const decoded = decodeFrame(effect.bytes, AN_ENVIRONMENT.limits.deviceFrameBytes);
      if (!decoded.ok) throw new Error(`the agent sent a frame that is ${decoded.error}`);
      return [decoded.value];
    });
  }

  /** The types of what was ordered, frames by their own. */
  takeNames(): readonly string[] {
    const effects = this.take();
    return effects.map((effect) => {
      if (effect.type !== 'send') return effect.type;
      const decoded = decodeFrame(effect.bytes, AN_ENVIRONMENT.limits.deviceFrameBytes);
      return decoded.ok ? decoded.value.type : decoded.error;
    });
  }
}
