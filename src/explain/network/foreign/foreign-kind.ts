import type { ForeignNetwork, ForeignOptions } from './foreign-network';
import type { Peek } from './peek';

/** A kind of file in which people have their networks. */
export interface ForeignKind {
  readonly name: string;
  /** What a person calls it, and where it may lie: `a Keras model (.h5)`. */
  readonly title: string;
  /** Whether a file is of this kind, by its bytes. */
  readonly recognises: (file: Peek) => boolean;
  readonly read: (file: string, options: ForeignOptions) => Promise<ForeignNetwork>;
  readonly usual: Custom;
  /** Another custom, where what lies beside a file tells of it. */
  readonly usualBeside?: (file: string) => Promise<Custom | null>;
}

/** What people's own tools do with a photo where the file says nothing of it. */
export interface Custom {
  readonly scale: '0-1' | 'x/127-1' | 'imagenet';
  readonly fit: 'crop' | 'stretch';
  /** Whose custom that is: `torchvision`. */
  readonly custom: string;
}
