import type { ClaimScenes } from '../../analyses/claim-scenes';
import type { Network } from '../../explain/network/network';
import type { NetworkNames } from '../network-names';
import { claimNetworks, measuredBy } from '.';
import type { ClaimsSettings, ClaimTools, MeasuredClaim } from './claim';
import { verdictOf, verdictOfAll } from './verdict';

/** Measures every claim of a study, each by itself. */
export async function measureClaims(settings: ClaimsSettings, tools: ClaimTools): Promise<readonly MeasuredClaim[]> {
  const measured: MeasuredClaim[] = [];
  for (const claim of measuredBy(settings)) {
    const networks: Network[] = [];
    for (const name of claimNetworks(claim, settings)) networks.push(await tools.network(name));
    measured.push({ claim, settings, networks, result: await claim.measure(settings, tools) });
  }
  return measured;
}

/** The scenes of a study's claims, and which claims each set of them serves. */
export function scenesOfClaims(
  settings: ClaimsSettings,
  network: (name: string) => Pick<Network, 'classes' | 'name'>,
): readonly (ClaimScenes & { readonly serves: readonly string[] })[] {
  const sets = new Map<string, ClaimScenes & { readonly serves: readonly string[] }>();
  for (const claim of measuredBy(settings)) {
    for (const set of claim.scenes?.(settings, claimNetworks(claim, settings).map(network)) ?? []) {
      const serves = [...new Set([...(sets.get(set.name)?.serves ?? []), claim.id])];
      sets.set(set.name, { ...set, serves });
    }
  }
  return [...sets.values()];
}

/** The results as plain JSON, by the claims' ids, with the verdicts and the rows of the paper's tables. */
export const claimNumbers = (measured: readonly MeasuredClaim[], names: NetworkNames) =>
  Object.fromEntries(
    measured.map(({ claim, networks, settings, result }) => {
      const telling = { settings, networks, result, names };
      const subjects = claim.subjects(telling).map(({ findings }) => ({
        verdict: verdictOfAll(findings),
        findings: findings.map((finding) => ({ ...finding, verdict: verdictOf(finding) })),
      }));
      const details = claim.details?.(telling)?.rows ?? [];
      return [claim.id, { networks: networks.map(({ name }) => name), seed: settings.seed, subjects, details, result }];
    }),
  );
