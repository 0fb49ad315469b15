import type { Network } from '../../explain/network/network';
import { claimNetworks, measuredBy } from '.';
import type { ClaimsSettings, ClaimTools, MeasuredClaim } from './claim';

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

/** The results as plain JSON, by the claims' ids. */
export const claimNumbers = (measured: readonly MeasuredClaim[]) =>
  Object.fromEntries(
    measured.map(({ claim, networks, settings, result }) => [
      claim.id,
      { networks: networks.map(({ name }) => name), seed: settings.seed, result },
    ]),
  );
