import type { EvidenceView } from '../../../shared/protocol/app.ts';
import { type Result, ok } from '../../../shared/result.ts';
import type { Api, Problem } from '../../data/api.ts';

export async function loadEvidence(api: Api, id: number): Promise<Result<EvidenceView, Problem>> {
  const reply = await api.get<EvidenceView>(`/api/evidence/${id}`);
  return reply.ok ? ok(reply.value.body) : reply;
}
