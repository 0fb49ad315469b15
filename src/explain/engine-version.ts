import { tf } from './engine';

/** Version of the TensorFlow library that computes: `2.21.0`. */
export function engineVersion(): string {
  return (tf.backend() as unknown as { readonly binding: { readonly TF_Version: string } }).binding.TF_Version;
}
