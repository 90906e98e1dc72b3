import { activations } from "@gradloom/activations";
import { callbacks } from "@gradloom/callbacks";
import { initializers } from "@gradloom/initializers";
import { denseLayers } from "@gradloom/layers-dense";
import { losses } from "@gradloom/losses";
import { metrics } from "@gradloom/metrics";
import { optimizers } from "@gradloom/optimizers";
import { regularizers } from "@gradloom/regularizers";

/** Every plugin of Gradloom, so that all names can be used and any saved model loaded: `createTrainer({ plugins, … })`. */
export const plugins: readonly [
  typeof activations,
  typeof callbacks,
  typeof denseLayers,
  typeof initializers,
  typeof losses,
  typeof metrics,
  typeof optimizers,
  typeof regularizers,
] = [activations, callbacks, denseLayers, initializers, losses, metrics, optimizers, regularizers];
