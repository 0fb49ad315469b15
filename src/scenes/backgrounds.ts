import { forest } from './background-forest';
import { flowers, grass } from './background-meadow';
import type { Background } from './background-parts';
import { room, white } from './background-room';
import { snow } from './background-snow';
import type { BackgroundKind } from './spec';

/** Every background by name. */
export const backgrounds: Readonly<Record<BackgroundKind, Background>> = { snow, forest, grass, room, white, flowers };
